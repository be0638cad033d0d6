/** So many callers, each sending its next call when the last was answered, for so long. */
export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const WARM_UP_SECONDS = 1;

export async function measure(
  { callers, seconds }: { readonly callers: number; readonly seconds: number },
  call: (index: number) => Promise<unknown>,
  weight = 1,
): Promise<Rate> {
  let index = 0;
  let counted: number[] = [];
  let until = performance.now() + WARM_UP_SECONDS * 1_000;
  const loop = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      await call(index++);
      counted.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, loop));
  counted = [];
  const start = performance.now();
  until = start + seconds * 1_000;
  await Promise.all(Array.from({ length: callers }, loop));
  return summary(counted, performance.now() - start, weight);
}

export function summary(latenciesMs: readonly number[], elapsedMs: number, weight: number): Rate {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { perSecond: (sorted.length * weight * 1_000) / elapsedMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}
