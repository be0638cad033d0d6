import { z } from 'zod';
import type { Ledger } from '../ledger/ledger.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../ledger/model/errors.ts';
import { entryIdOf, type Hold, type LedgerEntry } from '../ledger/model/types.ts';
import { readAfterCommit } from '../values/after-commit.ts';
import type { Decimal } from '../values/decimal.ts';
import { refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import type { Ids } from '../values/ids.ts';
import * as shape from '../values/input.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { atPath } from './refusal.ts';
import type { TrackDeps } from './track.ts';

/** A hold as callers see it: which grants it reserves is the ledger's own affair. */
export type HoldFacts = Omit<Hold, 'parts'>;

export interface Held extends Outcome {
  readonly hold: HoldFacts;
}

/** What was really used in the end; applied + shortfall is what was said to be used. */
export interface Settled extends Held {
  readonly applied: Decimal;
  readonly shortfall: Decimal;
}

export interface PlaceHoldDeps extends TrackDeps {
  readonly ids: Ids;
}

const DEFAULT_SECONDS = 300;
const MAX_DAYS = 30;
const MAX_SECONDS = MAX_DAYS * 86_400;

const placeInput = z.object({
  customerId: shape.id,
  featureId: shape.id,
  amount: shape.positive,
  expiresInSeconds: z
    .number()
    .int()
    .refine((seconds) => seconds >= 1 && seconds <= MAX_SECONDS, `must be 1 to ${MAX_SECONDS}, which is ${MAX_DAYS} days`)
    .nullish()
    .transform((seconds) => seconds ?? DEFAULT_SECONDS),
  idempotencyKey: shape.idempotencyKey.nullish(),
});

const settleInput = z.object({
  holdId: shape.id,
  amount: shape.notNegative,
  properties: shape.jsonObject.nullish().transform((properties) => properties ?? null),
});

const releaseInput = z.object({ holdId: shape.id });

/**
 * Reserves all of an amount for work whose price is known only at its end, or nothing. It lapses by itself. The same key and input
 * again is the first answer, `replayed`: the hold as it stands now.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError, InsufficientBalanceError, IdempotencyConflictError; and
 * the retryable errors of `Ledger.post`.
 */
export async function placeHold({ catalog, ledger, ids }: PlaceHoldDeps, input: unknown): Promise<Held> {
  const { idempotencyKey: key, ...wish } = shape.readInput(placeInput, input);
  const { customerId, featureId, amount, expiresInSeconds } = wish;
  const [type, credits] = await Promise.all([catalog.typeOf(featureId), catalog.creditsFor(featureId)]);
  if (type === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: there is nothing to hold');
  const id = ids.next('hold');
  const expiresInMs = expiresInSeconds * 1_000;
  const posted = await ledger
    .post({
      customerId,
      postings: [{ verb: 'hold', holdId: id, featureId, amount, credits, expiresInMs }],
      ...(key ? { idempotency: { key, fingerprint: fingerprint('placeHold', wish) } } : {}),
    })
    .catch(atPath({ amount: 'amount' }));
  const outcome = await outcomeOf(ledger, posted);
  if (outcome.replayed) return { ...outcome, hold: await placedBy(ledger, outcome.entry) };
  const { occurredAt: createdAt } = outcome.entry;
  const ends = { expiresAt: new Date(createdAt.getTime() + expiresInMs), endedAt: null, settledAmount: null };
  const hold = { customerId, id, featureId, amount, status: 'OPEN', createdAt, ...ends } as const;
  return { ...outcome, hold };
}

/**
 * Finishes a hold with what was really used: less than was held, and the rest goes back; more, and that is taken as track takes it, as
 * far as it goes. A hold ends once, so a retry never counts twice: it is refused with the hold, which says what was settled.
 * @throws InvalidInputError, HoldNotFoundError, HoldNotOpenError; and the retryable errors of `Ledger.post`.
 */
export async function settleHold({ catalog, ledger }: Pick<TrackDeps, 'catalog' | 'ledger'>, input: unknown): Promise<Settled> {
  const { holdId, amount, properties } = shape.readInput(settleInput, input);
  const open = await findOpenHold(ledger, holdId);
  const { customerId, featureId } = open;
  const credits = await catalog.creditsFor(featureId);
  const posted = await ledger
    .post({ customerId, postings: [{ verb: 'settle', holdId, amount, credits, properties }] })
    .catch(atPath({ amount: 'amount' }));
  const outcome = await outcomeOf(ledger, posted);
  const { applied, recordedAt: endedAt } = outcome.entry;
  const settledAmount = applied ?? 0n;
  const hold = { ...open, status: 'SETTLED', settledAmount, endedAt } as const;
  return { ...outcome, hold, applied: settledAmount, shortfall: amount - settledAmount };
}

/**
 * Gives all of a hold back.
 * @throws InvalidInputError, HoldNotFoundError, HoldNotOpenError; and the retryable errors of `Ledger.post`.
 */
export async function releaseHold({ ledger }: Pick<TrackDeps, 'ledger'>, input: unknown): Promise<Held> {
  const { holdId } = shape.readInput(releaseInput, input);
  const open = await findOpenHold(ledger, holdId);
  const posted = await ledger
    .post({ customerId: open.customerId, postings: [{ verb: 'release', holdId }] })
    .catch(atPath({ amount: 'holdId' }));
  const outcome = await outcomeOf(ledger, posted);
  return { ...outcome, hold: { ...open, status: 'RELEASED', endedAt: outcome.entry.recordedAt } };
}

function placedBy({ reads }: Pick<Ledger, 'reads'>, entry: LedgerEntry): Promise<Hold> {
  return readAfterCommit({ entryId: entryIdOf(entry) }, async () => {
    const hold = entry.holdId === null ? null : await reads.holdById(entry.holdId);
    if (!hold) throw new Error('a hold was placed and is not there');
    return hold;
  });
}

/** @throws HoldNotFoundError, HoldNotOpenError. */
async function findOpenHold({ reads }: Pick<Ledger, 'reads'>, holdId: string): Promise<Hold> {
  const hold = await reads.holdById(holdId);
  if (!hold) throw new HoldNotFoundError(holdId);
  if (hold.status !== 'OPEN') throw new HoldNotOpenError(hold);
  return hold;
}
