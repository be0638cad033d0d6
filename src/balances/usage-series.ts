import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { USAGE_BUCKETS, type UsageBucket } from '../ledger/model/usage.ts';
import type { Decimal } from '../values/decimal.ts';
import { FeatureNotFoundError, refuseInput } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import { addInterval, type IntervalUnit } from '../values/interval.ts';

/** What was used in one bucket of calendar time, in UTC. */
export interface UsagePoint {
  readonly start: Date;
  /** The first instant after the bucket. */
  readonly end: Date;
  /**
   * In the feature's units, paid from its own balance or credits. A reversal is subtracted in the
   * bucket in which it happened.
   */
  readonly usage: Decimal;
}

export interface UsageDeps {
  readonly catalog: Pick<Catalog, 'feature'>;
  readonly ledger: Pick<Ledger, 'reads'>;
}

const MAX_POINTS = 1_000;

const usageInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  from: schema.instant,
  to: schema.instant,
  bucket: z.enum(USAGE_BUCKETS),
});

/**
 * What a customer used of a feature, in whole buckets from the one that contains `from` to the last
 * that begins before `to`. Buckets without use are zero.
 * @throws InvalidInputError, FeatureNotFoundError.
 */
export async function usageSeries({ catalog, ledger }: UsageDeps, input: unknown): Promise<readonly UsagePoint[]> {
  const request = schema.readInput(usageInput, input);
  if (request.to <= request.from) refuseInput(['to'], 'must be after from', 'TOO_SMALL');
  if (!(await catalog.feature(request.featureId))) throw new FeatureNotFoundError(request.featureId);
  const buckets = bucketsBetween(request.from, request.to, request.bucket);
  const [first, last] = [buckets.at(0), buckets.at(-1)];
  if (!first || !last) return [];
  const used = await ledger.reads.usage({ ...request, from: first.start, to: last.end });
  const byStart = new Map(used.map(({ start, amount }) => [start.getTime(), amount]));
  return buckets.map((bucket) => ({ ...bucket, usage: byStart.get(bucket.start.getTime()) ?? 0n }));
}

/** @throws InvalidInputError if there would be too many. */
export function bucketsBetween(from: Date, to: Date, unit: UsageBucket): readonly Pick<UsagePoint, 'start' | 'end'>[] {
  const buckets: Pick<UsagePoint, 'start' | 'end'>[] = [];
  for (let start = startOf(from, unit); start < to; start = addInterval(start, { unit, count: 1 })) {
    if (buckets.length === MAX_POINTS)
      refuseInput(['bucket'], `must be longer, or the time shorter: there would be more than ${MAX_POINTS} buckets`, 'TOO_SMALL');
    buckets.push({ start, end: addInterval(start, { unit, count: 1 }) });
  }
  return buckets;
}

const DAY_MS = 86_400_000;
const FIXED_MS = { HOUR: 3_600_000, DAY: DAY_MS } satisfies Partial<Record<IntervalUnit, number>>;
const SHORTEST_MS: Record<UsageBucket, number> = { ...FIXED_MS, WEEK: 7 * DAY_MS, MONTH: 28 * DAY_MS };

/**
 * The most buckets that a series with these unchecked arguments may have. If they are invalid: the
 * most that any series may have.
 */
export function atMostBuckets(from: unknown, to: unknown, bucket: unknown): number {
  const unit = USAGE_BUCKETS.find((each) => each === bucket);
  const lengthMs = Date.parse(String(to)) - Date.parse(String(from));
  if (!unit || Number.isNaN(lengthMs)) return MAX_POINTS;
  // The first and the last bucket may lie partly outside.
  return Math.min(MAX_POINTS, Math.max(0, Math.ceil(lengthMs / SHORTEST_MS[unit])) + 1);
}
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const DAYS_FROM_MONDAY = 3;

/** The first instant of the bucket in which an instant lies. */
function startOf(instant: Date, unit: UsageBucket): Date {
  if (unit === 'MONTH') {
    const start = new Date(instant);
    start.setUTCDate(1);
    start.setUTCHours(0, 0, 0, 0);
    return start;
  }
  if (unit === 'WEEK') {
    const days = Math.floor(instant.getTime() / DAY_MS);
    const sinceMonday = (((days + DAYS_FROM_MONDAY) % 7) + 7) % 7;
    return new Date((days - sinceMonday) * DAY_MS);
  }
  return new Date(Math.floor(instant.getTime() / FIXED_MS[unit]) * FIXED_MS[unit]);
}
