import type { LedgerEntry } from '../../ledger/model/types.ts';
import type { Decimal } from '../../values/decimal.ts';
import type { Money } from '../../values/money.ts';
import type { CheckoutRequest } from './provider.ts';

export const PURCHASE_STATUSES = ['PENDING', 'ACTIVE', 'FAILED', 'EXPIRED', 'CANCELED', 'REFUNDED', 'PAST_DUE'] as const;
/** Which status follows which: see transitions.ts. */
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** A customer getting a plan, paid or free. */
export interface Purchase {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly status: PurchaseStatus;
  /** Rises with each change of its status, its periods and its money. */
  readonly revision: number;
  /** The group in which it is the only active one; null where it stacks. */
  readonly baseGroup: string | null;
  /**
   * It buys more of a base plan that the customer has. It gives nothing that is included, and is
   * not the purchase by which the customer has the plan.
   */
  readonly onlyBought: boolean;
  /**
   * A customer token took it, and it cost nothing. A token can do so once for each customer and
   * plan.
   */
  readonly selfServed: boolean;
  readonly quantities: readonly Quantity[];
  /** What was asked; null where it costs nothing. */
  readonly total: Money | null;
  /** What was paid in the end, with tax and less discounts; null until it is paid. */
  readonly charged: Money | null;
  /** The provider's subscription; null where nothing recurs, or it is not paid yet. */
  readonly subscriptionId: string | null;
  /** The period that was paid last; null where nothing recurs. */
  readonly currentPeriodStart: Date | null;
  readonly currentPeriodEnd: Date | null;
  /** It recurs, and was canceled for the end of its period. */
  readonly cancelAtPeriodEnd: boolean;
  /** When it was canceled for the end of its period; null where it is not, or that is not known. */
  readonly canceledAt: Date | null;
  /** Since when its renewal is not paid. */
  readonly pastDueSince: Date | null;
  /** Until when what it includes is kept although its renewal is not paid. */
  readonly graceEndsAt: Date | null;
  /** What Brim asks of the provider; null where it costs nothing. */
  readonly checkout: CheckoutRequest | null;
  readonly checkoutId: string | null;
  /** Where the customer pays; null once there is nothing left to pay. */
  readonly checkoutUrl: string | null;
  /**
   * The customer has paid by a delayed method, and the money is not there yet; or the money is
   * there and does not settle it.
   */
  readonly processing: boolean;
  /** Where the app wants the customer to go after paying. */
  readonly successUrl: string | null;
  /** Equal for two attaches that ask for the same. */
  readonly terms: string | null;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string | null;
  /**
   * Why it FAILED; why it EXPIRED, unless the customer let the page expire; or why a payment does
   * not settle a PENDING one.
   */
  readonly failureReason: string | null;
  /** A customer token began it. */
  readonly byCustomer: boolean;
  /** Brim bought it by itself, as the customer's auto top-up says. */
  readonly automatic: boolean;
  /**
   * The payment provider's account and mode in which its page was opened; null: not known, or not
   * opened.
   */
  readonly paymentAccount: string | null;
  readonly paymentLive: boolean | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** When it will end; set once it is canceled for the end of its period. */
  readonly endsAt: Date | null;
  readonly endedAt: Date | null;
}

/** The outcome of an attach. */
export interface Attached {
  readonly purchase: Purchase;
  /**
   * The entries that this attach wrote; empty where it is still to be paid, or was attached before.
   */
  readonly entries: readonly LedgerEntry[];
}

/** What a purchase gives of one feature. */
export interface Quantity {
  readonly featureId: string;
  readonly included: Decimal;
  /** What is bought beyond what is included, in whole billing units. */
  readonly bought: Decimal;
}

/**
 * How long after a return from the payment page the next one asks the provider. The page reloads
 * itself after this time.
 */
export const RETURN_PAUSE_MS = 5_000;

/** The purchase of a customer who returned from the payment page. */
export interface RefreshedOnReturn {
  readonly purchase: Purchase | null;
  /**
   * False where the provider was asked so recently that Brim does not ask again: the purchase may
   * be a few seconds old.
   */
  readonly isCurrent: boolean;
}
