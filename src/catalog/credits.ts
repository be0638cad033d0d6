import type { Credit } from '../ledger/model/types.ts';
import type { Feature } from './types.ts';

/** How long what was read is answered from memory: this is asked on every track. */
const KEPT_MS = 1_000;

const NONE: readonly Credit[] = [];

/** Which credit systems pay for what: all of them are read with one statement, however many ask. */
export interface RememberedCredits {
  of(featureId: string): Promise<readonly Credit[]>;
  /** The next who asks has them read anew, also while a reading is under way that began before. */
  forget(): void;
}

/** @param read reads all credit systems, the oldest first. A reading that fails is not kept. */
export function rememberCredits(read: () => Promise<readonly Feature[]>): RememberedCredits {
  let known: Reading | undefined;

  function readAnew(): Reading {
    // Counted from before the question, because the answer is as old as that. A clock that tests move does not age a memory.
    const reading = { startedAtMs: performance.now(), credits: read().then(byPaidFeature) };
    known = reading;
    reading.credits.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading;
  }

  return {
    async of(featureId) {
      const isFresh = known !== undefined && performance.now() - known.startedAtMs < KEPT_MS;
      const { credits } = known && isFresh ? known : readAnew();
      return (await credits).get(featureId) ?? NONE;
    },
    forget() {
      known = undefined;
    },
  };
}

interface Reading {
  readonly startedAtMs: number;
  readonly credits: Promise<ReadonlyMap<string, readonly Credit[]>>;
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
