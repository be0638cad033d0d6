/** Auto top-up: what customers set, and how far an attempt to charge has come. */
import type { Decimal } from '../../values/decimal.ts';
import type { Money } from '../../values/money.ts';

export const AUTO_TOP_UP_STATUSES = ['IDLE', 'CHARGING', 'BACKING_OFF', 'SUSPENDED', 'DISABLED'] as const;
export type AutoTopUpStatus = (typeof AUTO_TOP_UP_STATUSES)[number];

/** What a customer, or the app, set for one customer and feature. */
export interface Setting {
  readonly customerId: string;
  readonly featureId: string;
  /** What is bought. It sells the feature once, in packs. */
  readonly planId: string;
  /** Brim tops up where so much remains, or less. */
  readonly threshold: Decimal;
  /** What one top-up buys at least: whole packs. */
  readonly quantity: Decimal;
  /** In a calendar month, in UTC. */
  readonly maxPerMonth: Money;
  readonly enabled: boolean;
}

/**
 * Why nothing is charged until somebody changes something.
 *
 * - DECLINED: the saved method was declined too often, or for good. Another method ends it.
 * - AUTHENTICATION: the bank wants to ask the customer, who can pay on the purchase's page.
 * - REFUSED: nothing can be charged, for example because no method is saved.
 * - DISPUTED: the customer's bank took a payment back. Only setting it again ends it.
 */
export type Suspension = 'DECLINED' | 'AUTHENTICATION' | 'REFUSED' | 'DISPUTED';

export interface AutoTopUp extends Setting {
  readonly status: AutoTopUpStatus;
  /** What its purchases cost in this month, also those that were paid back later. */
  readonly spentThisMonth: Money;
  readonly lastAttemptAt: Date | null;
  /** Set while it is BACKING_OFF. */
  readonly nextAttemptAt: Date | null;
  readonly failureReason: string | null;
  /** That of the last attempt. */
  readonly purchaseId: string | null;
}

/**
 * One attempt to charge. An entry that lowers the balance to the threshold writes it, in its own
 * transaction; so does whoever makes a look at the balance necessary. At most one of a customer and
 * feature is open.
 */
export interface Intent {
  /** Also the idempotency key of its purchase. */
  readonly id: string;
  readonly customerId: string;
  readonly featureId: string;
  /** Until when the process that took it has it for itself. */
  readonly leasedUntil: Date;
  /** Once it is begun, what it charges never changes; null: not begun. */
  readonly begun: Begun | null;
}

export interface Begun {
  readonly planId: string;
  /** As attachPlan takes it: with what the plan includes. */
  readonly quantity: Decimal;
}
