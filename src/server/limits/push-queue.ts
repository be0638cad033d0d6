/**
 * One message a turn for each reader.
 *
 * What is pushed to many readers at once is worked out a few at a time, in the order in which it came, and between two such turns
 * everything else that the process has to do goes on. A reader has one message in the line at most, so one that asks for much waits
 * behind those that ask for little.
 */
export interface PushQueue {
  /** What the work gives, once its turn has come. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/** In one turn work begins only while less than this has passed, and so much has begun: the widest pushes take 10 ms each. */
const TURN_MS = 5;
const TURN_MAX_WORKS = 16;

export function openPushQueue(): PushQueue {
  let line: (() => void)[] = [];
  /** Of the turn that is on; 0 where none is. */
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
        // Nobody waits, and the turn has room: the usual push is worked out at once.
        if (line.length === 0 && (begun === 0 || !isOver())) begin(start);
        else line.push(start);
      }),
  };
}
