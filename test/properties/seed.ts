import { isLong } from '../support/long.ts';

/**
 * BRIM_SEED=… repeats a run; BRIM_SEED=…/… with the path that a failure prints, and -t with its
 * test, its smallest counterexample alone.
 */
const [seedText, path] = (process.env['BRIM_SEED'] ?? '').split('/');
export const seed = seedText ? Number(seedText) : Math.trunc(Math.random() * 2 ** 31);

/** @param count ten times as many with BRIM_LONG=1. */
export function runs(count: number) {
  const numRuns = isLong ? count * 10 : count;
  return { seed, numRuns, ...(path ? { path, endOnFailure: true } : {}) };
}
