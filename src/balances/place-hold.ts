import { z } from 'zod';
import type { Ledger } from '../ledger/ledger.ts';
import { entryIdOf, type Hold, type LedgerEntry } from '../ledger/model/types.ts';
import { readAfterCommit } from '../values/after-commit.ts';
import { refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import type { Ids } from '../values/ids.ts';
import * as schema from '../values/input.ts';
import { between } from '../values/issue-codes.ts';
import type { Held } from './hold.ts';
import { outcomeOf } from './outcome.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

export interface PlaceHoldDeps extends TrackDeps {
  readonly ids: Ids;
}

const DEFAULT_SECONDS = 300;
const MAX_DAYS = 30;
const MAX_SECONDS = MAX_DAYS * 86_400;

const placeInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  amount: schema.positive,
  expiresInSeconds: z
    .number()
    .int()
    .superRefine(between(1, MAX_SECONDS, `must be 1 to ${MAX_SECONDS}, which is ${MAX_DAYS} days`))
    .nullish()
    .transform((seconds) => seconds ?? DEFAULT_SECONDS),
  idempotencyKey: schema.idempotencyKey.nullish(),
});

/**
 * Reserves a whole amount or nothing, for work whose price is known only at its end. The hold
 * lapses by itself. The same key and input again gives the first answer, `replayed`, with the hold
 * as it is now.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError, InsufficientBalanceError,
 * IdempotencyConflictError; and the retryable errors of `Ledger.post`.
 */
export async function placeHold({ catalog, ledger, ids, madeBy }: PlaceHoldDeps, input: unknown): Promise<Held> {
  const { idempotencyKey: key, ...request } = schema.readInput(placeInput, input);
  const { customerId, featureId, amount, expiresInSeconds } = request;
  const [type, credits] = await Promise.all([catalog.typeOf(featureId), catalog.creditsFor(featureId)]);
  if (type === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: there is nothing to hold');
  const id = ids.next('hold');
  const expiresInMs = expiresInSeconds * 1_000;
  const posted = await ledger
    .post({
      customerId,
      postings: [{ verb: 'hold', holdId: id, featureId, amount, credits, expiresInMs }],
      madeBy,
      ...(key ? { idempotency: { key, fingerprint: fingerprint('placeHold', request) } } : {}),
    })
    .catch(atPath({ amount: 'amount' }));
  const outcome = await outcomeOf(ledger, posted);
  if (outcome.replayed) return { ...outcome, hold: await placedBy(ledger, outcome.entry) };
  const { occurredAt: createdAt } = outcome.entry;
  const ends = { expiresAt: new Date(createdAt.getTime() + expiresInMs), endedAt: null, settledAmount: null };
  const hold = { customerId, id, featureId, amount, status: 'OPEN', createdAt, ...ends } as const;
  return { ...outcome, hold };
}

function placedBy({ reads }: Pick<Ledger, 'reads'>, entry: LedgerEntry): Promise<Hold> {
  return readAfterCommit({ entryId: entryIdOf(entry) }, async () => {
    const hold = entry.holdId === null ? null : await reads.holdById(entry.holdId);
    if (!hold) throw new Error('a hold was placed and is not there');
    return hold;
  });
}
