/** What purchases need of a payment provider to charge saved payment methods without a page. */
import type { Money } from '../../values/money.ts';
import type { CheckoutLine } from './checkout-line.ts';
import type { Named } from './named.ts';
import type { Subscription } from './provider-subscriptions.ts';

export interface ChargesProvider {
  /**
   * What the customer can be charged with in the present account and mode, as Brim last read it
   * from the provider; null where nothing is saved.
   */
  findChargeable(customerId: string): Promise<Chargeable | null>;

  /**
   * Charges a saved method while the customer is away. The same request, sent again, charges once.
   * @returns what came of it, also where the bank declined it.
   * @throws PaymentRefusedError where the provider does not accept the request: then nothing was
   * charged; PaymentProviderError where it is not known what came of it.
   */
  charge(request: ChargeRequest): Promise<MethodCharge>;

  /**
   * Begins a subscription whose first period is paid by a saved method while the customer is away.
   * The same request, sent again, begins it once.
   * @returns the subscription; or why the bank declined: then there is none.
   * @throws as `charge` does.
   */
  subscribe(request: SubscribeRequest): Promise<Subscription | FailedCharge>;

  /** The subscription that the provider began for this request; null where it began none. */
  findSubscribed(request: SubscribeRequest): Promise<Subscription | null>;

  /** The charge as the provider has it. @throws MissingAtProviderError. */
  readCharge(chargeId: string): Promise<MethodCharge>;

  /** The charge that the provider made for this request; null where it made none. */
  findCharge(request: ChargeRequest): Promise<MethodCharge | null>;

  /**
   * Makes sure that a charge that did not succeed never does. @returns it after that: it may have
   * succeeded first.
   */
  cancelCharge(chargeId: string): Promise<MethodCharge>;
}

/** A saved payment method, and whose it is at the provider. */
export interface Chargeable {
  readonly methodId: string;
  /** The provider's id of the customer. */
  readonly payerId: string;
  /** A charge of it failed in a way that only another method mends. */
  readonly failed: boolean;
  readonly openedIn: ProviderPlace;
}

/** The provider's account (null: not known), and whether it moves real money. */
export interface ProviderPlace {
  readonly account: string | null;
  readonly live: boolean;
}

/**
 * All that Brim asks of the provider for one charge. It is stored with the payment and never made
 * again, so that a repeated request is the same request.
 */
export interface ChargeRequest {
  readonly paymentId: string;
  readonly purchaseId: string;
  readonly installationId: string;
  readonly payerId: string;
  readonly methodId: string;
  readonly amount: Money;
  /** What the customer reads on the receipt. */
  readonly description: string;
  /** The app's own metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly openedIn: ProviderPlace;
  /** Set where the lines recur: then the charge begins a subscription. */
  readonly lines?: readonly CheckoutLine[] | undefined;
}

/** A charge that begins a subscription. */
export interface SubscribeRequest extends ChargeRequest {
  readonly lines: readonly CheckoutLine[];
}

/** One attempt of the provider to charge a saved method. */
export interface MethodCharge extends Named {
  readonly id: string;
  /** The payment of Brim that it carries out; null for another one. */
  readonly paymentId: string | null;
  readonly amount: Money;
  readonly receiptUrl: string | null;
  readonly state: ChargeState;
  readonly openedIn: ProviderPlace;
}

/**
 * - succeeded: the money is there.
 * - processing: the money is on its way, as with bank debits.
 * - failed: it was declined, or the bank wants to ask the customer.
 * - canceled: it failed, and can never succeed any more.
 */
export type ChargeState = { readonly status: 'succeeded' | 'processing' } | FailedCharge;

export interface FailedCharge {
  readonly status: 'failed' | 'canceled';
  /** The provider's code of why. */
  readonly code: string | null;
  /** Why, in words that a customer may read. */
  readonly reason: string;
  /** True where only another method mends it. */
  readonly needsAnotherMethod: boolean;
}

/** What an event of the provider says about a charge: only where to look. */
export interface ChargeHint extends Named {
  readonly chargeId: string;
  readonly paymentId: string;
}
