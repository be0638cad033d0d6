/** Reads all that a decision about a returned payment needs. */
import { reading } from '../../database/database.ts';
import type { GrantedByPayment } from '../../ledger/reads.ts';
import type { Payment } from '../model/payments.ts';
import type { Purchase } from '../model/types.ts';
import * as payments from '../tables/payments.ts';
import * as purchases from '../tables/purchases.ts';
import * as returns from '../tables/returns.ts';
import type { PaymentWithReturns } from './all-back.ts';
import type { Returns } from './learned.ts';
import type { ReturnsDeps } from './returns-deps.ts';

export interface PaymentState {
  readonly payment: Payment;
  /** Read first: if its revision is still the same later, so is all the rest. */
  readonly purchase: Purchase;
  readonly known: Returns;
  /** The other payments of the purchase. */
  readonly others: readonly PaymentWithReturns[];
  readonly granted: readonly GrantedByPayment[];
}

/** @returns null where there is no such payment. */
export async function readPaymentState({ database, ledger }: ReturnsDeps, paymentId: string): Promise<PaymentState | null> {
  const { client } = database;
  const find = async () => (await reading(() => payments.findPayments(client, [paymentId])))[0];
  const named = await find();
  const [purchase] = named ? await reading(() => purchases.findPurchases(client, [named.purchaseId])) : [];
  if (!purchase) return null;
  const [newest = []] = await reading(() => payments.findPaymentsOfPurchases(client, [purchase.id]));
  // Of a purchase that is renewed for years, the newest hundred are read, and the one that is asked
  // about.
  const missing = newest.some(({ id }) => id === paymentId) ? undefined : await find();
  const all = missing ? [missing, ...newest] : newest;
  const ids = all.map(({ id }) => id);
  const [refunds, disputes] = await Promise.all([
    reading(() => returns.findRefundsOfPayments(client, ids)),
    reading(() => returns.findDisputesOfPayments(client, ids)),
  ]);
  const rows = all.map((payment, index) => ({
    payment,
    refunds: refunds[index] ?? [],
    disputes: disputes[index] ?? [],
  }));
  const own = rows.find(({ payment }) => payment.id === paymentId);
  if (!own) return null;
  const { payment, ...known } = own;
  return {
    payment,
    purchase,
    known,
    others: rows.filter((row) => row !== own),
    granted: await ledger.reads.grantedByPayment(paymentId),
  };
}
