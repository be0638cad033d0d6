/** Payments of purchases, and what was returned of them. */
import type { Money } from '../../values/money.ts';

export const PAYMENT_SOURCES = ['CHECKOUT', 'SAVED_METHOD', 'INVOICE'] as const;
/** By a payment page, by a saved method without a page, or by an invoice of a subscription. */
export type PaymentSource = (typeof PAYMENT_SOURCES)[number];

export const PAYMENT_STATUSES = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** One attempt or success of money moving for one purchase. The next attempt is another payment. */
export interface Payment {
  readonly id: string;
  readonly purchaseId: string;
  readonly customerId: string;
  readonly source: PaymentSource;
  /** Counts the attempts of a purchase to charge a saved method, from 1. */
  readonly attempt: number;
  readonly status: PaymentStatus;
  /** What is or was charged, with tax and less discounts. */
  readonly amount: Money;
  /** The provider's code of why it failed. */
  readonly failureCode: string | null;
  /** Why it failed, in words that a customer may read. */
  readonly failureReason: string | null;
  /** The provider's name of the money that moved: what refunds and disputes name. */
  readonly chargeId: string | null;
  /** The provider's invoice that it pays. */
  readonly invoiceId: string | null;
  readonly receiptUrl: string | null;
  readonly invoiceUrl: string | null;
  /** A bank's early warning of fraud, or why the provider blocked the charge. */
  readonly fraudWarning: string | null;
  /** Of a recurring purchase: the period that it pays for. */
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  /** The provider's account and mode; null: not known. */
  readonly paymentAccount: string | null;
  readonly paymentLive: boolean | null;
  /** Rises with each change of it and of its refunds and disputes. */
  readonly revision: number;
  readonly createdAt: Date;
  /** When it succeeded. */
  readonly settledAt: Date | null;
}

export const REFUND_STATUSES = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Money given back, by Brim's app or at the provider. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  /** The provider's id; null until it answered. */
  readonly providerId: string | null;
  readonly status: RefundStatus;
  readonly amount: Money;
  readonly reason: string | null;
  readonly failureReason: string | null;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string | null;
  readonly createdAt: Date;
}

export const DISPUTE_STATUSES = ['OPEN', 'WON', 'LOST'] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** A customer's bank asks for a payment back, or asks about it. */
export interface Dispute {
  readonly id: string;
  readonly paymentId: string;
  readonly providerId: string;
  readonly status: DisputeStatus;
  readonly amount: Money;
  /** The money that the bank holds of it now; zero for an inquiry, and once it is won. */
  readonly withdrawn: Money;
  readonly reason: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}
