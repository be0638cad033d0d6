import type { Log } from '../platform/log.ts';
import { untilAnswered } from './retrying.ts';
import type { Waiter } from './stream.ts';

/** First the state that is found, then each one that differs from the one before it. */
export async function* states<State>(find: () => Promise<State>, log: Log, waiter: Waiter): AsyncGenerator<State, void> {
  let seen: string | undefined;
  while (!waiter.stopped) {
    const found = await untilAnswered(waiter, log, find);
    if (found === undefined) return;
    const text = textOf(found);
    if (text === seen) await waiter.wait();
    else {
      seen = text;
      yield found;
    }
  }
}

/** JSON has no BigInt. */
function textOf(state: unknown): string {
  return JSON.stringify(state, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
}
