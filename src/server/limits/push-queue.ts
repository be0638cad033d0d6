/**
 * Executes and delivers pushes a few at a time, in the order in which they came.
 *
 * Between two turns of the event loop the process can do everything else. A reader has at most one
 * push in the queue, so readers of large pushes wait behind readers of small ones.
 */
export interface PushQueue {
  /** Executes a push in its turn, and returns the result. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /**
   * Delivers a push that was executed.
   * @returns undefined where it was delivered at once; otherwise a promise that resolves when it
   * is, and rejects with its error.
   */
  deliver(work: () => void): Promise<void> | undefined;
}

/** Within one turn nothing begins after this time. */
const TURN_MS = 5;
/** The largest take 10 ms each, most of it after their reads. */
const TURN_MAX_EXECUTIONS = 16;
/** The system takes 15 µs for each at the end of the turn. */
const TURN_MAX_DELIVERIES = 256;

interface Work {
  readonly start: () => void;
  readonly isExecution: boolean;
}

export function openPushQueue(): PushQueue {
  let line: Work[] = [];
  /** True once something was begun in the current turn. */
  let isTurn = false;
  let executions = 0;
  let deliveries = 0;
  let endsAt = 0;

  const mayBegin = ({ isExecution }: Work): boolean =>
    !isTurn ||
    ((isExecution ? executions < TURN_MAX_EXECUTIONS : deliveries < TURN_MAX_DELIVERIES) && performance.now() < endsAt);

  function begin({ start, isExecution }: Work): void {
    if (!isTurn) {
      isTurn = true;
      endsAt = performance.now() + TURN_MS;
      setImmediate(nextTurn);
    }
    if (isExecution) executions += 1;
    else deliveries += 1;
    start();
  }

  function nextTurn(): void {
    isTurn = false;
    executions = 0;
    deliveries = 0;
    let taken = 0;
    for (const work of line) {
      if (!mayBegin(work)) break;
      taken += 1;
      begin(work);
    }
    line = line.slice(taken);
  }

  /** The usual case is that nothing waits and the turn has room. */
  const isNext = (work: Work): boolean => line.length === 0 && mayBegin(work);

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        const execution: Work = { start: () => settle(work, resolve, reject), isExecution: true };
        if (isNext(execution)) begin(execution);
        else line.push(execution);
      }),
    deliver(work) {
      const delivery: Work = { start: work, isExecution: false };
      if (isNext(delivery)) return void begin(delivery);
      return new Promise((resolve, reject) => {
        line.push({ ...delivery, start: () => settle(work, resolve, reject) });
      });
    },
  };
}

function settle<Result>(
  work: () => Result | Promise<Result>,
  resolve: (result: Result | Promise<Result>) => void,
  reject: (error: unknown) => void,
): void {
  try {
    resolve(work());
  } catch (error) {
    reject(error);
  }
}
