/**
 * Keeps a payment that does not settle its purchase where everybody sees it: the payment is
 * recorded, the purchase says what to do, and the log has an error. Nothing is granted.
 */
import { type Database, writing } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { Payment } from '../model/payments.ts';
import { unsettledReason } from '../model/settles.ts';
import type { Purchase } from '../model/types.ts';
import { settlePayments } from '../tables/settle-payments.ts';
import * as unsettled from '../tables/unsettled.ts';

export interface KeepUnsettledDeps {
  readonly database: Database;
  readonly log: Log;
}

export async function keepUnsettled(
  { database, log }: KeepUnsettledDeps,
  { id: purchaseId }: Purchase,
  payment: Payment | null,
  why: string,
): Promise<void> {
  const isNew = await writing(() =>
    database.transaction(async (transaction) => {
      // First, because its lock lets one process at a time record the payment.
      const isKept = await unsettled.keepUnsettled(transaction, purchaseId, unsettledReason(why));
      if (isKept && payment) await settlePayments(transaction, [payment]);
      return isKept;
    }),
  );
  if (isNew)
    log.error(
      { purchaseId, paymentId: payment?.id ?? null, chargeId: payment?.chargeId ?? null },
      `purchases: paid, but not settled: ${why} Use acceptPayment or refundPurchase`,
    );
}
