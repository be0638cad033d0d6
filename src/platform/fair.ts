/**
 * Work of many owners that takes turns: little at once of each owner, and so much at once of all.
 *
 * Each owner has a line of its own, in the order in which its work came, and owners that wait are served one after another. So an owner
 * who asks for much waits for itself. A line is bounded, and nobody stands in it for long.
 */
import { RateLimitedError } from '../values/errors.ts';

export interface FairOptions {
  readonly atOnce: number;
  readonly atOnceOfOwner: number;
  /** How much of an owner may wait. */
  readonly waitingOfOwner: number;
  readonly waitMaxMs: number;
}

export interface Fair {
  /**
   * What the work gives, once its turn has come.
   * @throws RateLimitedError where too much of this owner waits, or its turn does not come in time: nothing was begun.
   */
  run<Result>(owner: string, work: () => Result | Promise<Result>): Promise<Result>;
}

interface Line {
  running: number;
  readonly waiting: Set<() => void>;
}

export function openFair({ atOnce, atOnceOfOwner, waitingOfOwner, waitMaxMs }: FairOptions): Fair {
  /** Those who have something running or waiting. Who waits and was served goes to the end. */
  const lines = new Map<string, Line>();
  let running = 0;
  let waiting = 0;

  function isTurnOf(line: Line): boolean {
    return running < atOnce && line.running < atOnceOfOwner;
  }

  function wait(owner: string, line: Line): Promise<void> {
    if (line.waiting.size >= waitingOfOwner) throw tooMuch();
    return new Promise((resolve, reject) => {
      const stepOut = (): void => {
        clearTimeout(timer);
        line.waiting.delete(begin);
        waiting -= 1;
      };
      const begin = (): void => {
        stepOut();
        resolve();
      };
      const giveUp = (): void => {
        stepOut();
        forget(owner, line);
        reject(tooMuch());
      };
      const timer = setTimeout(giveUp, waitMaxMs);
      line.waiting.add(begin);
      waiting += 1;
    });
  }

  function take(line: Line): void {
    running += 1;
    line.running += 1;
  }

  function forget(owner: string, line: Line): void {
    if (line.running === 0 && line.waiting.size === 0 && lines.get(owner) === line) lines.delete(owner);
  }

  function leave(owner: string, line: Line): void {
    running -= 1;
    line.running -= 1;
    forget(owner, line);
    // Who is served goes to the end, and is met there again.
    for (const [next, own] of lines) {
      if (waiting === 0 || running >= atOnce) return;
      const [begin] = own.waiting;
      if (!begin || !isTurnOf(own)) continue;
      // Taken for it now, so that nobody comes in between.
      take(own);
      lines.delete(next);
      lines.set(next, own);
      begin();
    }
  }

  return {
    async run(owner, work) {
      const line = lines.get(owner) ?? { running: 0, waiting: new Set() };
      lines.set(owner, line);
      if (line.waiting.size === 0 && isTurnOf(line)) take(line);
      else await wait(owner, line);
      try {
        return await work();
      } finally {
        leave(owner, line);
      }
    },
  };
}

const RETRY_AFTER_SECONDS = 1;

function tooMuch(): RateLimitedError {
  const words = `Too much is asked of one customer at once. Nothing was done: try again in ${RETRY_AFTER_SECONDS} s.`;
  return new RateLimitedError(words, RETRY_AFTER_SECONDS);
}
