/** What failed is let alone for a while, so that it keeps nothing else from its turn. */
export interface Resting {
  /** The ids that are let alone now. */
  ids(): readonly string[];
  add(id: string): void;
}

const REST_MS = 60_000;

/** By the process's own stopwatch: a clock that tests move wakes nobody early. */
export function openResting(): Resting {
  const until = new Map<string, number>();
  return {
    ids() {
      for (const [id, untilMs] of until) if (untilMs <= performance.now()) until.delete(id);
      return [...until.keys()];
    },
    add: (id) => void until.set(id, performance.now() + REST_MS),
  };
}
