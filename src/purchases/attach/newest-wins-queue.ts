/**
 * One attach of a customer and plan at a time in this process, and the newest wins. Between
 * processes the database decides.
 *
 * However often a customer clicks, the payment provider is asked only for what the newest click
 * wants: a waiting attach is refused once a newer one wants other terms. Those that want the same
 * terms as the newest run one after the other, and find what the first of them stored.
 */
import { OverloadedError, UnavailableError } from '../../values/errors.ts';

/**
 * Runs one task of a key at a time. @throws UnavailableError where a newer caller wants other
 * terms; OverloadedError.
 */
export type NewestWinsQueue = <Answer>(task: Task<Answer>) => Promise<Answer>;

export interface Task<Answer> {
  /** Tasks of one key run one after the other: a customer and plan. */
  readonly key: string;
  /** Equal for two tasks that want the same. */
  readonly terms: string | null;
  /** @param askedAtMs when this caller asked, by `performance.now()`. */
  readonly run: (askedAtMs: number) => Promise<Answer>;
}

interface Waiting {
  readonly terms: string | null;
  readonly start: () => void;
  readonly refuse: (reason: Error) => void;
}

const MOST_WAITING = 1_000;

export const SUPERSEDED =
  'Another attach of this plan took the place of this one. Nothing was charged: try again if it is still wanted.';

export function openNewestWinsQueue(): NewestWinsQueue {
  /** The tasks that wait behind the running one; no entry where none runs. */
  const waitingOf = new Map<string, Waiting[]>();

  function next(key: string): void {
    const waiting = waitingOf.get(key) ?? [];
    const newest = waiting.at(-1);
    for (let first = waiting.shift(); first; first = waiting.shift()) {
      if (first.terms === newest?.terms) {
        first.start();
        return;
      }
      first.refuse(new UnavailableError(SUPERSEDED));
    }
    waitingOf.delete(key);
  }

  return async ({ key, terms, run }) => {
    const askedAtMs = performance.now();
    const waiting = waitingOf.get(key);
    if (waiting) {
      if (waiting.length >= MOST_WAITING) throw new OverloadedError();
      await new Promise<void>((start, refuse) => waiting.push({ terms, start, refuse }));
    } else waitingOf.set(key, []);
    try {
      return await run(askedAtMs);
    } finally {
      next(key);
    }
  };
}
