/** How long the attempts of all clients wait for the next one. */
export interface Waits {
  /** The longest wait after the first failure; each later one may be twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
  /**
   * Each wait is drawn at random from this share of its longest to all of it, so that clients do
   * not return at once.
   */
  readonly leastShare: number;
}

/** The wait after `failures` earlier failures, in milliseconds. */
export function backOffMs(failures: number, { firstMs, longestMs, leastShare }: Waits): number {
  const longest = Math.min(longestMs, firstMs * 2 ** failures);
  return longest * (leastShare + (1 - leastShare) * Math.random());
}
