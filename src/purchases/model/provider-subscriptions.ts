/**
 * What purchases need of a payment provider for what recurs: the part of the port that speaks of
 * subscriptions and their invoices.
 *
 * Times are those of the provider. Every verb may be repeated by any process.
 */
import type { Period } from '../../ledger/model/types.ts';
import type { Money } from '../../values/money.ts';
import type { CheckoutLine } from './checkout-line.ts';
import type { Named } from './named.ts';

export type { Period } from '../../ledger/model/types.ts';

export interface SubscriptionProvider {
  /**
   * The subscription as the provider has it, with its newest invoices.
   * @throws MissingAtProviderError where the provider does not have it.
   */
  readSubscription(subscriptionId: string): Promise<Subscription>;

  /**
   * Ends the subscription now. Its open invoices are not collected any more. Ending one that has
   * ended changes nothing.
   */
  endSubscription(subscriptionId: string): Promise<Subscription>;

  /** Lets the subscription end with its period, or takes that back. */
  setCancelAtPeriodEnd(subscriptionId: string, isCanceled: boolean): Promise<Subscription>;

  /**
   * Sells other lines by the subscription. With `at: 'once'` a new period begins, and what is left
   * of the present one is credited; the change is made only if it is paid. With `at: 'renewal'` the
   * next invoice has the new lines.
   * @throws PaymentRefusedError where the payment was declined: then nothing is changed.
   */
  changeSubscription(change: SubscriptionChange): Promise<Subscription>;

  /** What a change would charge, as the provider works it out. It changes nothing. */
  previewChange(change: Pick<SubscriptionChange, 'subscriptionId' | 'lines' | 'at'>): Promise<ChangePreview>;
}

export interface ChangePreview {
  /** What is charged at once; zero where nothing is. */
  readonly dueNow: Money;
  /** The first payment after that. */
  readonly nextPayment: { readonly amount: Money; readonly at: Date };
}

export interface SubscriptionChange {
  readonly subscriptionId: string;
  /** The purchase for which the subscription stands from now on. */
  readonly purchaseId: string;
  readonly installationId: string | null;
  readonly lines: readonly CheckoutLine[];
  readonly at: 'once' | 'renewal';
  /** Equal for two requests that mean the same change. */
  readonly key: string;
}

/**
 * - incomplete: its first invoice is not paid.
 * - active: it is paid, or on trial.
 * - past_due: a renewal is not paid, and the provider still tries.
 * - unpaid: the provider gave a renewal up, and lets the subscription stand.
 * - paused: it makes no invoices for now, or does not collect them.
 * - ended: it was canceled, at once or because the provider gave up. It never comes back.
 */
export type SubscriptionStatus = 'incomplete' | 'active' | 'past_due' | 'unpaid' | 'paused' | 'ended';

export interface Subscription {
  readonly id: string;
  /** The purchase and the Brim that its metadata names. */
  readonly purchaseId: string | null;
  readonly installationId: string | null;
  readonly status: SubscriptionStatus;
  /** The present period of the provider, paid or not; null where it has none. */
  readonly period: Period | null;
  readonly cancelAtPeriodEnd: boolean;
  /** When it ends, where that is set. */
  readonly endsAt: Date | null;
  readonly endedAt: Date | null;
  /** The newest invoices, the newest first. */
  readonly invoices: readonly Invoice[];
  readonly openedIn: { readonly account: string | null; readonly live: boolean };
}

export const INVOICE_STATUSES = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** A bill of a subscription. */
export interface Invoice {
  readonly id: string;
  /** The purchase whose lines it sells, or for which the subscription stood when it was made. */
  readonly purchaseId: string | null;
  readonly status: InvoiceStatus;
  /** What was paid of it, and what it asks. */
  readonly paid: Money;
  readonly due: Money;
  /** The provider's name of the money that moved; null where none did, or it is not known. */
  readonly chargeId: string | null;
  readonly invoiceUrl: string | null;
  readonly lines: readonly InvoiceLine[];
  readonly createdAt: Date;
  readonly paidAt: Date | null;
  /** How often the provider tried to collect it. */
  readonly attempts: number;
}

export interface InvoiceLine {
  /** The place of the line in what Brim asked for; null for lines that Brim did not ask for. */
  readonly index: number | null;
  /** False for a line that is charged once. */
  readonly isRecurring: boolean;
  /** It corrects for a change within a period, and pays for no period of its own. */
  readonly isProration: boolean;
  readonly units: number;
  /** What it charges, before discounts and taxes; below zero for a credit. */
  readonly amount: Money;
  readonly period: Period;
}

/** What an event of the provider says about a subscription. Brim reads the subscription then. */
export interface SubscriptionHint extends Named {
  readonly subscriptionId: string;
}
