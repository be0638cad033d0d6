import type { Credit } from '../ledger/model/types.ts';
import type { Feature } from './types.ts';

/** How long a reading is answered from memory: every track asks for it. */
const KEPT_MS = 1_000;

const NONE: readonly Credit[] = [];

/** Which credit systems pay for which feature. One statement reads all of them for all callers. */
export interface RememberedCredits {
  of(featureId: string): readonly Credit[] | Promise<readonly Credit[]>;
  /** Makes the next caller read again, even where an older reading is under way. */
  forget(): void;
}

/** @param read reads all credit systems, oldest first. A failed reading is not kept. */
export function rememberCredits(read: () => Promise<readonly Feature[]>): RememberedCredits {
  let known: Reading | undefined;

  function readAnew(): Reading {
    // Counted from before the statement, because the answer is as old as that. By a clock that
    // tests do not move.
    const reading: Reading = { startedAtMs: performance.now(), credits: read().then(byPaidFeature), done: undefined };
    known = reading;
    reading.credits.then(
      (done) => {
        reading.done = done;
      },
      () => {
        if (known === reading) known = undefined;
      },
    );
    return reading;
  }

  return {
    of(featureId) {
      const isFresh = known !== undefined && performance.now() - known.startedAtMs < KEPT_MS;
      const { done, credits } = known && isFresh ? known : readAnew();
      return done ? (done.get(featureId) ?? NONE) : credits.then((read) => read.get(featureId) ?? NONE);
    },
    forget() {
      known = undefined;
    },
  };
}

interface Reading {
  readonly startedAtMs: number;
  readonly credits: Promise<ReadonlyMap<string, readonly Credit[]>>;
  /** Set once it is there, so that nobody waits for a promise then. */
  done: ReadonlyMap<string, readonly Credit[]> | undefined;
}

function byPaidFeature(systems: readonly Feature[]): ReadonlyMap<string, readonly Credit[]> {
  const credits = new Map<string, Credit[]>();
  for (const { id, creditCosts } of systems) {
    for (const { featureId, cost } of creditCosts) {
      credits.set(featureId, [...(credits.get(featureId) ?? []), { featureId: id, cost }]);
    }
  }
  return credits;
}
