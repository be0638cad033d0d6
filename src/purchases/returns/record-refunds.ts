/**
 * Records the refunds of one request before the provider is asked, under a lock of the purchase. So
 * two requests at once never give back more than was paid, and a request that is sent again finds
 * its refunds.
 */
import { type Database, type Transaction, writing } from '../../database/database.ts';
import { IdempotencyConflictError, PurchaseNotFoundError, refuseInput } from '../../values/errors.ts';
import type { Ids } from '../../values/ids.ts';
import type { Money } from '../../values/money.ts';
import type { ChargeRules } from '../model/charge-rules.ts';
import type { Refund } from '../model/payments.ts';
import { problemWithAmount } from '../quote/sellable.ts';
import { findPaymentsOfPurchases } from '../tables/payments.ts';
import { findDisputesOfPayments, findRefundsOfPayments } from '../tables/returns.ts';
import { lockPurchases, writeRefunds } from '../tables/write-returns.ts';
import { splitRefund } from './split.ts';

export interface WantedRefund {
  readonly purchaseId: string;
  /** null: all that can be given back. */
  readonly amount: Money | null;
  readonly reason: string | null;
  readonly key: string | null;
  readonly fingerprint: string;
}

export interface RecordDeps {
  readonly database: Database;
  readonly ids: Ids;
  readonly clock: { now(): Date };
  /** What the payment provider can move. */
  readonly chargeRules: ChargeRules;
}

export interface RecordedRefunds {
  /** The refund of the newest payment first. */
  readonly refunds: readonly Refund[];
  readonly replayed: boolean;
}

/** @throws PurchaseNotFoundError, InvalidInputError, IdempotencyConflictError. */
export async function recordRefunds(deps: RecordDeps, wanted: WantedRefund): Promise<RecordedRefunds> {
  return writing(() => deps.database.transaction((transaction) => record(transaction, deps, wanted)));
}

async function record(transaction: Transaction, deps: RecordDeps, wanted: WantedRefund): Promise<RecordedRefunds> {
  const { purchaseId, amount, reason, key, fingerprint } = wanted;
  const locked = await lockPurchases(transaction, [purchaseId]);
  if (!locked.has(purchaseId)) throw new PurchaseNotFoundError(purchaseId);
  const [payments = []] = await findPaymentsOfPurchases(transaction, [purchaseId]);
  const ids = payments.map(({ id }) => id);
  const refunds = await findRefundsOfPayments(transaction, ids);
  const earlier = key === null ? [] : refunds.flat().filter(({ idempotencyKey }) => idempotencyKey === key);
  if (key !== null && earlier.length > 0) {
    if (earlier.some((each) => each.fingerprint !== fingerprint)) throw new IdempotencyConflictError(key);
    return { refunds: earlier, replayed: true };
  }
  const disputes = await findDisputesOfPayments(transaction, ids);
  const shares = splitRefund(
    payments.map((payment, index) => ({ payment, refunds: refunds[index] ?? [], disputes: disputes[index] ?? [] })),
    amount,
  );
  if ('path' in shares) return refuseInput(shares.path, shares.message);
  const rule = amount ? deps.chargeRules(amount.currency) : undefined;
  const problem = amount && rule ? problemWithAmount(amount, rule) : undefined;
  if (problem !== undefined) refuseInput(['amount', 'amount'], problem);
  const now = deps.clock.now();
  const made = shares.map(({ payment, amount: share }): Refund => {
    const own = { id: deps.ids.next('refund'), paymentId: payment.id, providerId: null, status: 'PENDING' } as const;
    const identity = { idempotencyKey: key, fingerprint: key === null ? null : fingerprint };
    return { ...own, amount: share, reason, failureReason: null, ...identity, createdAt: now };
  });
  await writeRefunds(transaction, made, now);
  return { refunds: made, replayed: false };
}
