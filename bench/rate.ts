/** What a measurement says of so many callers, each with one call under way at a time. */
export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Pressure {
  /** Each sends its next call when its last was answered. */
  readonly callers: number;
  readonly seconds: number;
}

/**
 * Calls for so long, and counts what was answered.
 * @param call one call of a caller; `index` counts all calls, `caller` is from 0.
 * @param weight how many units one call is.
 */
export async function measure(
  { callers, seconds }: Pressure,
  call: (index: number, caller: number) => Promise<unknown>,
  weight = 1,
): Promise<Rate> {
  let index = 0;
  const latenciesMs: number[] = [];
  const start = performance.now();
  const until = start + seconds * 1_000;
  const loop = async (_: unknown, caller: number) => {
    while (performance.now() < until) {
      const asked = performance.now();
      await call(index++, caller);
      latenciesMs.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: callers }, loop));
  return summary(latenciesMs, performance.now() - start, weight);
}

export function summary(latenciesMs: readonly number[], elapsedMs: number, weight = 1): Rate {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { perSecond: (sorted.length * weight * 1_000) / elapsedMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
