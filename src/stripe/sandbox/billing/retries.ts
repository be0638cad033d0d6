/** When Stripe tries again to collect an invoice, and what follows when it has given up. */

export interface Dunning {
  /** The days between one failed attempt and the next. After the last of them there is no more. */
  readonly retryDays: readonly number[];
  /** What becomes of the subscription: an account's setting at Stripe. */
  readonly afterwards: 'cancel' | 'mark_unpaid' | 'leave_past_due';
}

/** The name under which the account's setting is stored. */
export const DUNNING_ID = 'dunning';

/** Eight attempts within two weeks, as Stripe recommends. */
export const USUAL_DUNNING: Dunning = { retryDays: [1, 2, 2, 2, 2, 2, 3], afterwards: 'cancel' };
