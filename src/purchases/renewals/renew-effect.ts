/**
 * The effects that belong to the grants of a paid period: in one transaction with them, the payment
 * is recorded and the purchase gets its period. A payment's invoice is unique, so each invoice
 * renews once.
 */
import type { Effect } from '../../ledger/effect.ts';
import type { EffectCall } from '../../ledger/model/posting.ts';
import type { Payment } from '../model/payments.ts';
import * as store from '../tables/renewals.ts';
import { findTaken, settlePayments } from '../tables/settle-payments.ts';

const RENEW = 'purchases.renew';
const BEGIN = 'purchases.begin_period';

interface Renewed extends store.PaidPeriod {
  readonly payment: Payment;
}

/** Renews a purchase that the customer has, where its invoice was not recorded before. */
export function renewCall(renewed: Renewed): EffectCall {
  return { name: RENEW, input: renewed };
}

/**
 * "done" where the invoice was recorded before, or the purchase has ended. Of two calls for one
 * invoice or one purchase in one batch the first goes; the other looks again.
 */
export const renewPurchasesEffect: Effect<Renewed> = {
  name: RENEW,
  async apply(transaction, all, now) {
    const ids = all.map(({ id }) => id);
    const renewable = new Set(await store.lockRenewable(transaction, ids));
    const payments = all.map(({ payment }) => payment);
    const taken = await findTaken(transaction, payments);
    const paid = await store.findPaidInvoices(
      transaction,
      payments.flatMap(({ invoiceId }) => invoiceId ?? []),
    );
    const ready = all.filter(
      ({ id, payment }) => !taken.has(payment.id) && !paid.has(payment.invoiceId ?? '') && renewable.delete(id),
    );
    await settlePayments(
      transaction,
      ready.map(({ payment }) => ({ ...payment, settledAt: now })),
    );
    for (const each of ready) await store.storePeriod(transaction, each);
    return all.map((each) => (ready.includes(each) ? 'go' : 'done'));
  },
};

/** Stores the first paid period of a purchase that another effect just made ACTIVE. */
export function beginPeriodCall(period: store.PaidPeriod): EffectCall {
  return { name: BEGIN, input: period };
}

export const beginPeriodsEffect: Effect<store.PaidPeriod> = {
  name: BEGIN,
  async apply(transaction, all) {
    for (const each of all) await store.storePeriod(transaction, each);
    return all.map(() => 'go');
  },
};
