import { OverloadedError } from '../values/errors.ts';

interface Waiting<Value> {
  readonly answer: (value: Value) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Reads values by their keys: one statement at a time, for all that wait. `gather` of the database
 * has one for each turn of the event loop; here strangers choose the keys, and must not take the
 * connections of everybody.
 * @param read Returns what finds a value among those that it has read.
 * @param most How many keys may wait.
 * @throws (from the returned function) OverloadedError, and what `read` throws.
 */
export function readInTurn<Value>(
  read: (keys: readonly string[]) => Promise<(key: string) => Value>,
  most: number,
): (key: string) => Promise<Value> {
  let waiting = new Map<string, Waiting<Value>[]>();
  let isReading = false;

  async function readWaiting(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (waiting.size > 0) {
      const batch = waiting;
      waiting = new Map();
      try {
        const find = await read([...batch.keys()]);
        for (const [key, callers] of batch) for (const { answer } of callers) answer(find(key));
      } catch (error) {
        for (const { fail } of [...batch.values()].flat()) fail(error);
      }
    }
    isReading = false;
  }

  return (key) =>
    new Promise((answer, fail) => {
      const callers = waiting.get(key);
      if (!callers && waiting.size >= most) return fail(new OverloadedError());
      if (callers) callers.push({ answer, fail });
      else waiting.set(key, [{ answer, fail }]);
      setImmediate(() => void readWaiting());
    });
}
