/** The verb refundPurchase. */
import { z } from 'zod';
import { readAfterCommit } from '../../values/after-commit.ts';
import { isTransient, PurchaseNotFoundError, refuseInput, UnfinishedError } from '../../values/errors.ts';
import { fingerprint } from '../../values/fingerprint.ts';
import * as schemas from '../../values/input.ts';
import { refundRefused } from '../model/errors.ts';
import type { Refund } from '../model/payments.ts';
import type { Purchase } from '../model/types.ts';
import { askRefund } from './ask-refund.ts';
import { type RecordDeps, recordRefunds } from './record-refunds.ts';
import type { ReturnsDeps } from './returns-deps.ts';

export interface RefundDeps extends ReturnsDeps, Pick<RecordDeps, 'chargeRules'> {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
  readonly findRefund: (refundId: string) => Promise<Refund | null>;
}

/** The outcome of a refund. */
export interface Refunded {
  readonly purchase: Purchase;
  /** Of several payments, that of the newest one. */
  readonly refund: Refund;
  readonly replayed: boolean;
}

const refundInput = z.object({
  purchaseId: schemas.id,
  amount: schemas.money.nullish().transform((amount) => amount ?? null),
  reason: schemas
    .text(500)
    .nullish()
    .transform((reason) => reason ?? null),
  idempotencyKey: schemas.idempotencyKey.nullish().transform((key) => key ?? null),
});

/**
 * Gives money of a purchase back: so much, or all that is left. The newest payment gives first.
 *
 * What the payments granted is taken back in proportion, in the transaction that records the
 * provider's answer. Without an answer within ten seconds the refund is PENDING and finished later.
 * The same key and input again gives the first refund, as it is now.
 * @throws PurchaseNotFoundError, InvalidInputError, IdempotencyConflictError; PaymentFailedError
 * where the provider refuses, for example because the charge is disputed; UnfinishedError where the
 * refund is recorded and a later step failed.
 */
export async function refundPurchase(deps: RefundDeps, input: unknown): Promise<Refunded> {
  const { idempotencyKey: key, ...request } = schemas.readInput(refundInput, input);
  const { purchaseId, amount, reason } = request;
  if (amount?.amount === 0n) refuseInput(['amount', 'amount'], 'must be above zero', 'TOO_SMALL');
  const purchase = await deps.find(purchaseId);
  if (!purchase) throw new PurchaseNotFoundError(purchaseId);
  if (!purchase.total) refuseInput(['purchaseId'], 'cost nothing: there is nothing to give back');
  const wanted = { purchaseId, amount, reason, key, fingerprint: fingerprint('refundPurchase', request) };
  const { refunds, replayed } = await recordRefunds(deps, wanted);
  const refusals = await carryOut(deps, purchaseId, refunds);
  const made = refunds.find(({ id }) => !refusals.has(id));
  if (!made) throw refundRefused((await deps.find(purchaseId)) ?? purchase, [...refusals.values()][0] ?? 'it gave no reason');
  return readAfterCommit({ purchaseId }, async () => ({
    purchase: (await deps.find(purchaseId)) ?? purchase,
    refund: (await deps.findRefund(made.id)) ?? made,
    replayed,
  }));
}

/** @returns why the provider refused, by the ids of the refunds that it refused. */
async function carryOut(deps: RefundDeps, purchaseId: string, refunds: readonly Refund[]): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  try {
    for (const refund of refunds) {
      if (refund.providerId !== null) continue;
      // Of an earlier request with this key.
      const answer =
        refund.status === 'FAILED'
          ? { outcome: 'refused' as const, reason: refund.failureReason ?? '' }
          : await askRefund(deps, refund);
      if (answer.outcome === 'refused') refusals.set(refund.id, answer.reason);
    }
  } catch (error) {
    if (!isTransient(error)) throw error;
    throw new UnfinishedError(UNFINISHED, { purchaseId }, { cause: error });
  }
  return refusals;
}

const UNFINISHED =
  'The refund is recorded, and a later step of it could not be. It is finished by itself: ask for the purchase in a moment.';
