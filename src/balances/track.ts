import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { SHORTFALL_POLICIES } from '../ledger/model/types.ts';
import type { Clock } from '../values/clock.ts';
import { type Decimal, ONE } from '../values/decimal.ts';
import { DomainError, FeatureNotFoundError, NotTrackedError, refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import * as schema from '../values/input.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { atPath } from './refusal-paths.ts';

/**
 * The outcome of a track. entry, balance, requested, applied and shortfall are those of the tracked
 * feature, in its units; applied + shortfall = requested. entries and balances include those of the
 * credits that paid.
 */
export interface Tracked extends Outcome {
  readonly requested: Decimal;
  readonly applied: Decimal;
  readonly shortfall: Decimal;
}

export interface TrackDeps {
  readonly catalog: Pick<Catalog, 'rememberedFeature' | 'typeOf' | 'creditsFor'>;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly clock: Clock;
  /** Who asks, for the entries. */
  readonly madeBy?: string | undefined;
}

/** How far a caller's clock may be ahead of Brim's. */
const MAX_AHEAD_MS = 5 * 60_000;
const MAX_BATCH = 1_000;

const trackInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  value: schema.positive.nullish().transform((value) => value ?? ONE),
  onShortfall: z
    .enum(SHORTFALL_POLICIES)
    .nullish()
    .transform((policy) => policy ?? 'CAP'),
  idempotencyKey: schema.idempotencyKey.nullish(),
  properties: schema.jsonObject.nullish().transform((properties) => properties ?? null),
  occurredAt: schema.instant.nullish().transform((instant) => instant ?? null),
});

/**
 * Takes a use off a customer's balance, and answers after the commit. The same key and input again
 * gives the first answer, `replayed`.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError, InsufficientBalanceError
 * (REJECT only), IdempotencyConflictError; and the retryable errors of `Ledger.post`.
 */
export async function track({ catalog, ledger, clock, madeBy }: TrackDeps, input: unknown): Promise<Tracked> {
  const use = schema.readInput(trackInput, input);
  if (use.occurredAt && use.occurredAt.getTime() > clock.now().getTime() + MAX_AHEAD_MS) {
    refuseInput(['occurredAt'], 'must be at most 5 minutes ahead of now', 'TOO_LARGE');
  }
  const { customerId, featureId, value: amount, onShortfall, idempotencyKey: key, properties, occurredAt } = use;
  const feature = catalog.rememberedFeature(featureId);
  const { type } = (feature instanceof Promise ? await feature : feature) ?? unknownFeature(featureId);
  if (type === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: there is nothing to use up');
  const known = catalog.creditsFor(featureId);
  const credits = known instanceof Promise ? await known : known;
  const posted = await ledger
    .post({
      customerId,
      postings: [{ verb: 'track', featureId, amount, onShortfall, credits, properties, occurredAt }],
      madeBy,
      ...(key ? { idempotency: { key, fingerprint: fingerprintOf(use) } } : {}),
    })
    .catch(atPath({ amount: 'value' }));
  const outcome = await outcomeOf(ledger, posted);
  const applied = outcome.entry.applied ?? 0n;
  return { ...outcome, requested: amount, applied, shortfall: amount - applied };
}

function fingerprintOf({ idempotencyKey: _key, ...use }: z.infer<typeof trackInput>): string {
  return fingerprint('track', use);
}

function unknownFeature(featureId: string): never {
  throw new FeatureNotFoundError(featureId);
}

/**
 * Tracks up to 1,000 uses at once, each with its own result in the order given.
 * @throws InvalidInputError if there are none or too many.
 */
export async function trackBatch(deps: TrackDeps, inputs: readonly unknown[]): Promise<readonly (Tracked | Error)[]> {
  if (inputs.length < 1 || inputs.length > MAX_BATCH)
    refuseInput(['events'], `must be 1 to ${MAX_BATCH}`, inputs.length < 1 ? 'REQUIRED' : 'TOO_LARGE');
  const results = await Promise.allSettled(inputs.map((input) => track(deps, input)));
  return results.map((result) => (result.status === 'fulfilled' ? result.value : notTracked(result.reason)));
}

/**
 * An unexpected error fails one item of a batch only, so that the results of the others are not
 * lost.
 */
function notTracked(reason: unknown): Error {
  const expected = reason instanceof DomainError && !reason.retryable;
  return expected ? reason : new NotTrackedError({ cause: reason });
}
