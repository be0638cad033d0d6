/**
 * A token bucket: full at the beginning, emptied by spending, and refilled at a steady rate.
 *
 * Pure arithmetic. A clock that goes back changes nothing.
 */
export interface Rate {
  /** The capacity of the bucket. */
  readonly limit: number;
  /** The time in which an empty bucket is full again. */
  readonly periodMs: number;
}

export interface Bucket {
  /** Below zero where more was deducted than there was. */
  readonly points: number;
  readonly atMs: number;
}

export function fullBucket({ limit }: Rate, atMs: number): Bucket {
  return { points: limit, atMs };
}

/** The bucket at the given time. */
export function refill({ points, atMs }: Bucket, { limit, periodMs }: Rate, nowMs: number): Bucket {
  const filled = (Math.max(0, nowMs - atMs) * limit) / periodMs;
  return { points: Math.min(limit, points + filled), atMs: nowMs };
}

/**
 * The time until this many points can be spent; 0 for now. More points than the capacity wait for a
 * full bucket.
 */
export function msUntil(points: number, bucket: Bucket, { limit, periodMs }: Rate): number {
  const missing = Math.min(points, limit) - bucket.points;
  return missing <= 0 ? 0 : Math.ceil((missing * periodMs) / limit);
}

/** The bucket after spending, with 0 points at least. */
export function spend(points: number, { points: held, atMs }: Bucket): Bucket {
  return { points: Math.max(0, held - points), atMs };
}

/**
 * The bucket after a deduction for work that is done already. Below zero it is a debt, of one whole
 * bucket at most, which is refilled first.
 */
export function owe(points: number, { points: held, atMs }: Bucket, { limit }: Rate): Bucket {
  return { points: Math.max(-limit, held - points), atMs };
}
