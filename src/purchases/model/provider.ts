import type { Money } from '../../values/money.ts';
import type { CheckoutLine, Payer } from './checkout-line.ts';
import type { Named } from './named.ts';
import type { ChargesProvider } from './provider-charges.ts';
import type { MethodsProvider } from './provider-methods.ts';
import type { ReturnsProvider } from './provider-returns.ts';
import type { SubscriptionProvider } from './provider-subscriptions.ts';

export type { CheckoutLine, Payer } from './checkout-line.ts';

/**
 * What purchases need of a payment provider. The adapter in stripe/ implements it; purchases/ knows
 * nothing of Stripe.
 *
 * Every verb may be repeated by any process: the same request gets the same answer.
 */
export interface PaymentProvider extends ChargesProvider, MethodsProvider, ReturnsProvider, SubscriptionProvider {
  /**
   * Opens a page on which the customer pays, or answers with the one opened before for this
   * purchase.
   * @throws PaymentRefusedError where the provider will never accept this request; its message says
   * why. PaymentProviderError, as every verb, where the answer is not known: ask again.
   */
  openCheckout(request: CheckoutRequest): Promise<Checkout>;

  /**
   * The checkout as the provider has it, read after the caller asked. Callers that ask at once
   * share a read.
   * @param askedAtMs when the caller asked, by `performance.now()`; left out: now.
   * @throws MissingAtProviderError where the provider does not have it.
   */
  readCheckout(checkoutId: string, askedAtMs?: number): Promise<Checkout>;

  /**
   * Closes the page, so that it can no longer be paid, and answers with the checkout after that:
   * `expired`, or `paid` / `processing` where the customer was faster.
   * @throws MissingAtProviderError where the provider does not have it.
   */
  expireCheckout(checkoutId: string): Promise<Checkout>;

  /**
   * Sends the provider the changed names and e-mail addresses of customers that are due. It never
   * rejects.
   */
  sendCustomerChanges(): Promise<void>;
}

/**
 * All that Brim asks of the provider for one purchase. It is stored with the purchase and never
 * made again, so that a repeated request is the same request.
 */
export interface CheckoutRequest extends Payer {
  readonly purchaseId: string;
  /**
   * Which Brim asks, of several that may use one account; null in purchases that are older than
   * this field.
   */
  readonly installationId: string | null;
  readonly lines: readonly CheckoutLine[];
  /** Where the customer returns to after paying. */
  readonly returnUrl: string;
  /** Where a customer goes who does not want to pay. */
  readonly cancelUrl: string;
  /**
   * Where the app wants that customer, if `cancelUrl` is a page of ours that sends customers on.
   * The provider does not get it.
   */
  readonly wantedCancelUrl?: string | undefined;
  /** The app's own metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Keeps the payment method for charges without a page; left out: no. What recurs keeps it in any
   * case.
   */
  readonly savePaymentMethod?: boolean | undefined;
  /** Lets the customer enter promotion codes on the page; left out: no. */
  readonly allowPromotionCodes?: boolean | undefined;
  /** Lets the provider add tax, for which the page asks the customer's address; left out: no. */
  readonly collectTax?: boolean | undefined;
}

export interface Checkout {
  readonly id: string;
  /** Where the customer pays; null once there is nothing left to pay. */
  readonly url: string | null;
  /** The purchase that the checkout names in its metadata. */
  readonly purchaseId: string | null;
  /** The sum of its lines: what was asked, before tax and discounts. */
  readonly subtotal: Money;
  /** What promotion codes take off, zero or above. */
  readonly discount: Money;
  /** What the customer is charged: with tax, and less the discount. */
  readonly total: Money;
  /** The money that moved, or is on its way; null before, and where nothing had to be paid. */
  readonly charge: Charge | null;
  readonly state: CheckoutState;
  /** The subscription that it began; null where nothing recurs, and before the customer is done. */
  readonly subscriptionId: string | null;
  /**
   * The provider's account in which it was opened (null: not known), and whether it moves real
   * money.
   */
  readonly openedIn: { readonly account: string | null; readonly live: boolean };
}

/** Money that moved, as refunds and disputes name it. */
export interface Charge {
  readonly id: string;
  /** The provider's page with the receipt; null where it has none. */
  readonly receiptUrl: string | null;
}

/**
 * - open: it can be paid.
 * - processing: the customer is done, and a delayed payment is on its way.
 * - paid: the money is there.
 * - failed: a delayed payment failed.
 * - expired: it was closed unpaid.
 */
export type CheckoutState =
  | { readonly status: 'open' | 'processing' | 'paid' | 'expired' }
  | { readonly status: 'failed'; readonly reason: string };

/**
 * What an event of the provider says about a checkout. Brim believes only that there is something
 * to read.
 */
export interface CheckoutHint extends Named {
  readonly checkoutId: string;
}

/** The provider refuses, and will refuse the same request again. */
export class PaymentRefusedError extends Error {
  override readonly name: string = 'PaymentRefusedError';
}

/**
 * The provider does not have the named object: it is gone, or belongs to another account or mode
 * than the present key.
 */
export class MissingAtProviderError extends PaymentRefusedError {
  override readonly name = 'MissingAtProviderError';
}

/**
 * Why the answer is not known.
 *
 * - key, permission: the operator must mend the key.
 * - busy: the provider was asked too often.
 * - failed: the provider itself failed.
 * - unreachable: no answer came.
 */
export type ProviderTrouble = 'key' | 'permission' | 'busy' | 'failed' | 'unreachable';

/**
 * The answer is not known: ask again. The message is for the operator: it may speak of keys and
 * permissions.
 */
export class PaymentProviderError extends Error {
  override readonly name = 'PaymentProviderError';
  readonly trouble: ProviderTrouble;
  /** When the provider accepts calls again, where it said so. */
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
