/**
 * A bucket of points: full to begin with, emptied by what is spent, and filled again at an even rate.
 *
 * Pure arithmetic. A clock that goes back fills nothing and empties nothing.
 */
export interface Rate {
  /** What a full bucket holds. */
  readonly limit: number;
  /** An empty one is full after so long. */
  readonly periodMs: number;
}

export interface Bucket {
  /** Below zero where more was had than there was. */
  readonly points: number;
  readonly atMs: number;
}

export function fullBucket({ limit }: Rate, atMs: number): Bucket {
  return { points: limit, atMs };
}

/** The bucket as it stands now. */
export function refill({ points, atMs }: Bucket, { limit, periodMs }: Rate, nowMs: number): Bucket {
  const filled = (Math.max(0, nowMs - atMs) * limit) / periodMs;
  return { points: Math.min(limit, points + filled), atMs: nowMs };
}

/** How long until so much can be spent, 0 for now. What is more than the whole bucket waits for a full one. */
export function msUntil(points: number, bucket: Bucket, { limit, periodMs }: Rate): number {
  const missing = Math.min(points, limit) - bucket.points;
  return missing <= 0 ? 0 : Math.ceil((missing * periodMs) / limit);
}

/** What is left after spending, 0 at the least. */
export function spend(points: number, { points: held, atMs }: Bucket): Bucket {
  return { points: Math.max(0, held - points), atMs };
}

/** What is left after what was had already. Below zero it is a debt, of a whole bucket at the most, which fills first. */
export function owe(points: number, { points: held, atMs }: Bucket, { limit }: Rate): Bucket {
  return { points: Math.max(-limit, held - points), atMs };
}
