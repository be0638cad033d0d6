import { OverloadedError, UnavailableError } from '../../values/errors.ts';

/**
 * One attach of a customer and plan at a time, in this process; between processes the row decides. However often it is clicked, the
 * payment provider is asked for what the newest click wants: an attach that waits is given up once a newer one wants something else, and
 * all that want the same share what the first of them learns.
 */
export type NewestWinsQueue = <Answer>(turn: Turn<Answer>) => Promise<Answer>;

export interface Turn<Answer> {
  /** Of one customer and plan. */
  readonly lane: string;
  /** Equal for two that want the same. */
  readonly terms: string | null;
  /** @param askedAtMs when this one came, by `performance.now()`. */
  readonly run: (askedAtMs: number) => Promise<Answer>;
}

interface Waiting {
  readonly terms: string | null;
  readonly start: () => void;
  readonly giveUp: (reason: Error) => void;
}

const MOST_WAITING = 1_000;

export const SUPERSEDED =
  'Another attach of this plan took the place of this one. Nothing was charged: try again if it is still wanted.';

export function openNewestWinsQueue(): NewestWinsQueue {
  /** Those that wait behind the one that runs; no entry where none runs. */
  const queue = new Map<string, Waiting[]>();

  function next(lane: string): void {
    const waiting = queue.get(lane) ?? [];
    const newest = waiting.at(-1);
    for (let first = waiting.shift(); first; first = waiting.shift()) {
      if (first.terms === newest?.terms) {
        first.start();
        return;
      }
      first.giveUp(new UnavailableError(SUPERSEDED));
    }
    queue.delete(lane);
  }

  return async ({ lane, terms, run }) => {
    const askedAtMs = performance.now();
    const waiting = queue.get(lane);
    if (waiting) {
      if (waiting.length >= MOST_WAITING) throw new OverloadedError();
      await new Promise<void>((start, giveUp) => waiting.push({ terms, start, giveUp }));
    } else queue.set(lane, []);
    try {
      return await run(askedAtMs);
    } finally {
      next(lane);
    }
  };
}
