/** Skips failed items until their back-off has passed, so they never block the others. */
export interface BackOff {
  /** The ids whose back-off has not passed yet. */
  ids(): readonly string[];
  /** Starts the back-off of an item that has just failed. */
  add(id: string): void;
}

const BACK_OFF_MS = 60_000;

/**
 * Measures with the process's monotonic clock, so that moving a test clock ends no back-off early.
 */
export function openBackOff(): BackOff {
  const until = new Map<string, number>();
  return {
    ids() {
      for (const [id, untilMs] of until) if (untilMs <= performance.now()) until.delete(id);
      return [...until.keys()];
    },
    add: (id) => void until.set(id, performance.now() + BACK_OFF_MS),
  };
}
