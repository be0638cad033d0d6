import type { Money } from '../../values/money.ts';

/**
 * What purchases need of a payment provider, and no more. The adapter in stripe/ keeps it; purchases/ has never heard of Stripe.
 *
 * Every verb may be repeated: the same question gets the same answer, however often it is asked and whoever asks it.
 */
export interface PaymentProvider {
  /**
   * Opens a page on which the customer pays, or answers with the one opened before for this purchase.
   * @throws PaymentRefusedError where the provider will never take this request (its sentence is the message);
   * PaymentProviderError, as every verb here, where the answer is not known: ask again.
   */
  openCheckout(request: CheckoutRequest): Promise<Checkout>;

  /**
   * The checkout as the provider has it, read after the caller asked. Many that ask at once share one read.
   * @param askedAtMs when the caller asked, by `performance.now()`; left out: now.
   * @throws MissingAtProviderError where the provider does not have it.
   */
  readCheckout(checkoutId: string, askedAtMs?: number): Promise<Checkout>;

  /**
   * Closes the page, so that it can no longer be paid, and answers with the checkout as it stands then:
   * `expired`, or `paid` / `processing` where the customer was faster.
   * @throws MissingAtProviderError where the provider does not have it.
   */
  expireCheckout(checkoutId: string): Promise<Checkout>;

  /** Tells the provider the names and e-mail addresses that have changed and are due to be told. It never rejects. */
  sendCustomerChanges(): Promise<void>;
}

/** Who pays, as the provider is told. */
export interface Payer {
  readonly customerId: string;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
}

/** All that is asked of the provider for one purchase. It is stored with the purchase and is never made twice, so that asking again is the same question. */
export interface CheckoutRequest extends Payer {
  readonly purchaseId: string;
  /** Which Brim asks, of several that may use one account; null: it was recorded before they were told apart. */
  readonly installationId: string | null;
  readonly lines: readonly CheckoutLine[];
  /** Where the customer comes back to after paying. */
  readonly returnUrl: string;
  /** Where the customer goes who does not want to pay. */
  readonly cancelUrl: string;
  /** Where the app wants that customer, where `cancelUrl` is a page of ours that knows the way. Not the provider's business. */
  readonly wantedCancelUrl?: string | undefined;
  /** The app's own, passed on. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CheckoutLine {
  readonly description: string;
  /** Of one unit, in major units. */
  readonly unitAmount: Money;
  /** Whole, above zero. */
  readonly units: number;
}

export interface Checkout {
  readonly id: string;
  /** Where the customer pays; null once there is nothing to pay there. */
  readonly url: string | null;
  /** The purchase that it says it is for. */
  readonly purchaseId: string | null;
  readonly total: Money;
  readonly state: CheckoutState;
  /** The provider's account in which it was opened, and whether money moves there; a null account is not known. */
  readonly openedIn: { readonly account: string | null; readonly live: boolean };
}

/**
 * open: can be paid. processing: the customer is done, the money is not there yet (a delayed payment method).
 * paid: the money is there. failed: a delayed payment did not come. expired: closed unpaid.
 */
export type CheckoutState =
  | { readonly status: 'open' | 'processing' | 'paid' | 'expired' }
  | { readonly status: 'failed'; readonly reason: string };

/** Where to look, as an event of the provider says. It is believed in nothing else. */
export interface CheckoutHint {
  readonly checkoutId: string;
  /** The purchase that the event says it is about; null for a checkout of other software. */
  readonly purchaseId: string | null;
  /** The Brim that the event says it is for; null where it does not say. */
  readonly installationId: string | null;
}

/** The provider says no, and will say no again. */
export class PaymentRefusedError extends Error {
  override readonly name: string = 'PaymentRefusedError';
}

/** The provider does not have what was named: not any more, or not in the account and mode of the present key. */
export class MissingAtProviderError extends PaymentRefusedError {
  override readonly name = 'MissingAtProviderError';
}

/**
 * Why the answer is not known. key, permission: the operator must mend it. busy: asked too often. failed: the provider's own
 * failure. unreachable: nothing came back.
 */
export type ProviderTrouble = 'key' | 'permission' | 'busy' | 'failed' | 'unreachable';

/** The answer is not known: ask again. The message says why, to the operator: it may speak of keys and permissions. */
export class PaymentProviderError extends Error {
  override readonly name = 'PaymentProviderError';
  readonly trouble: ProviderTrouble;
  /** When the provider takes calls again, where it said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    trouble: ProviderTrouble,
    reason: string,
    options: ErrorOptions & { readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(reason, options);
    this.trouble = trouble;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
