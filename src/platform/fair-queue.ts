/**
 * A queue that runs work fairly among its owners: a few at once for each owner, and a limited
 * number at once in total.
 *
 * Each owner has its own first-in-first-out line, and waiting owners are served round-robin. An
 * owner with much work therefore delays only itself. Each line has a maximum length, and a maximum
 * wait.
 */
import { RateLimitedError } from '../values/errors.ts';

export interface FairQueueOptions {
  readonly atOnce: number;
  readonly atOnceOfOwner: number;
  /** How many of one owner's calls may wait. */
  readonly waitingOfOwner: number;
  readonly waitMaxMs: number;
}

export interface FairQueue {
  /**
   * Runs the work as soon as its owner has a turn, and returns its result.
   * @throws RateLimitedError where this owner's line is full, or the turn does not come in time;
   * the work was not started.
   */
  run<Result>(owner: string, work: () => Result | Promise<Result>): Promise<Result>;
}

interface Line {
  running: number;
  readonly waiting: Set<() => void>;
}

export function openFairQueue({ atOnce, atOnceOfOwner, waitingOfOwner, waitMaxMs }: FairQueueOptions): FairQueue {
  /** The owners with running or waiting work, in the order in which they are served next. */
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
    // The loop meets a served owner again at the end of the map.
    for (const [next, own] of lines) {
      if (waiting === 0 || running >= atOnce) return;
      const [begin] = own.waiting;
      if (!begin || !isTurnOf(own)) continue;
      // Takes the turn here, so that no call of `run` takes it before the resolved promise
      // continues.
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
  const message = `Too much is asked of one customer at once. Nothing was done: try again in ${RETRY_AFTER_SECONDS} s.`;
  return new RateLimitedError(message, RETRY_AFTER_SECONDS);
}
