import type { Log } from '../platform/log.ts';
import { untilAnswered } from './retrying.ts';
import type { Waiter } from './stream.ts';

export interface Revisable {
  readonly revision: number;
}

/** First what is found, then each newer revision of it. Ends at once if there is none. */
export async function* revisions<Thing extends Revisable>(
  find: () => Promise<Thing | null>,
  log: Log,
  waiter: Waiter,
): AsyncGenerator<Thing, void> {
  let seen = 0;
  while (!waiter.stopped) {
    const found = await untilAnswered(waiter, log, find);
    if (!found) return;
    if (found.revision > seen) {
      seen = found.revision;
      yield found;
    } else {
      await waiter.wait();
    }
  }
}
