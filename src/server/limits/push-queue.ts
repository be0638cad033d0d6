/**
 * Executes pushes a few at a time, in the order in which they came.
 *
 * Between two turns of the event loop the process can do everything else. A reader has at most one
 * push in the queue, so readers of large pushes wait behind readers of small ones.
 */
export interface PushQueue {
  /** Runs the work in its turn, and returns its result. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/**
 * Within one turn no work begins after this time, or beyond this number. The largest pushes take 10
 * ms each.
 */
const TURN_MS = 5;
const TURN_MAX_WORKS = 16;

export function openPushQueue(): PushQueue {
  let line: (() => void)[] = [];
  /** The number of works begun in the current turn; 0 where none is running. */
  let begun = 0;
  let endsAt = 0;

  const isOver = (): boolean => begun >= TURN_MAX_WORKS || performance.now() >= endsAt;

  function begin(work: () => void): void {
    if (begun === 0) {
      endsAt = performance.now() + TURN_MS;
      setImmediate(nextTurn);
    }
    begun += 1;
    work();
  }

  function nextTurn(): void {
    begun = 0;
    let taken = 0;
    for (const work of line) {
      if (begun > 0 && isOver()) break;
      taken += 1;
      begin(work);
    }
    line = line.slice(taken);
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        const start = () => {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        };
        // The usual case: nothing waits and the turn has room, so the push runs at once.
        if (line.length === 0 && (begun === 0 || !isOver())) begin(start);
        else line.push(start);
      }),
  };
}
