/** The verbs that set and remove limits of what a customer may use. */
import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { UsageLimitNotFoundError } from '../ledger/model/errors.ts';
import { isSameLimit, type LimitName, type UsageLimit } from '../ledger/model/usage-limit.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import { INTERVAL_UNITS, type Interval, nominalDays } from '../values/interval.ts';
import { atPath } from './refusal-paths.ts';

export interface UsageLimitDeps {
  readonly catalog: Pick<Catalog, 'typeOf'>;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
}

const setInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  per: schema.windowLength,
  max: schema.notNegative,
  timeZone: schema.timeZone.nullish().transform((name) => name ?? null),
});

/**
 * Limits what a customer may use of a feature in each window of the calendar. Another call for the
 * same feature and window changes the limit; what was used of it stays used. With another time zone
 * the window is another, and what was used in it counts.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError; and the retryable errors
 * of `Ledger.post`.
 */
export async function setUsageLimit({ catalog, ledger }: UsageLimitDeps, input: unknown): Promise<UsageLimit> {
  const { customerId, max, ...name } = schema.readInput(setInput, input);
  if ((await catalog.typeOf(name.featureId)) === 'BOOLEAN')
    refuseInput(['featureId'], 'is a boolean feature: there is nothing to limit');
  if (name.timeZone !== null && nominalDays(name.per) < 1)
    refuseInput(['timeZone'], 'is only for windows of a day and longer: shorter ones are those of UTC');
  const limit = { ...name, purchaseId: null };
  const { limits } = await ledger
    .post({ customerId, postings: [{ verb: 'setUsageLimit', ...limit, max }] })
    .catch(atPath({ amount: 'max' }));
  return among(limits?.().after, limit);
}

/**
 * Removes a limit that was set for a customer: what it held back can be used at once.
 * @returns the limit as it was.
 * @throws UsageLimitNotFoundError; InvalidInputError where a plan sets it; and the retryable errors
 * of `Ledger.post`.
 */
export async function removeUsageLimit({ ledger }: Pick<UsageLimitDeps, 'ledger'>, input: unknown): Promise<UsageLimit> {
  const { id } = schema.readInput(z.object({ id: z.string() }), input);
  const { customerId, ...name } = readLimitId(id);
  if (name.purchaseId !== null)
    refuseInput(['id'], `is set by the plan of the purchase ${name.purchaseId}: it ends with the purchase`);
  const { limits } = await ledger
    .post({ customerId, postings: [{ verb: 'removeUsageLimit', featureId: name.featureId, per: name.per }] })
    .catch((refusal: unknown) => {
      throw refusal instanceof CustomerNotFoundError ? new UsageLimitNotFoundError(id) : refusal;
    });
  return among(limits?.().before, name);
}

function among(limits: readonly UsageLimit[] = [], name: LimitName): UsageLimit {
  const found = limits.find((each) => isSameLimit(each, name));
  if (!found) throw new Error('a limit was set or removed, and is not there');
  return found;
}

/** Reads "user_123/premium_messages/1_DAY". @throws UsageLimitNotFoundError. */
function readLimitId(id: string): LimitName & { readonly customerId: string } {
  const [customerId, featureId, per, purchaseId = null, ...others] = partsOf(id);
  const isComplete = customerId !== undefined && featureId !== undefined && others.length === 0;
  const interval = per === undefined ? undefined : readPer(per);
  const areIds = [customerId, featureId].every((part) => schema.id.safeParse(part).success);
  if (!isComplete || !interval || !areIds) throw new UsageLimitNotFoundError(id);
  return { customerId, featureId, per: interval, purchaseId };
}

function partsOf(id: string): readonly string[] {
  try {
    return id.split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}

function readPer(text: string): Interval | undefined {
  const [, count, name] = /^([1-9]\d{0,3})_([A-Z_]+)$/.exec(text) ?? [];
  const unit = INTERVAL_UNITS.find((each) => each === name);
  return unit && { unit, count: Number(count) };
}
