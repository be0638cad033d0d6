/**
 * Runs work again and again, with a pause after each run, for as long as the app runs.
 *
 * A run never overlaps the one before. One that fails does not end the loop: the work itself logs what it must.
 */
import { setTimeout as wait } from 'node:timers/promises';

export interface Repeating {
  /** Starts no other run, and waits for the one under way. */
  close(): Promise<void>;
}

export interface RepeatOptions {
  readonly everyMs: number;
  /** Whether the first run starts at once. Left out: after the first pause. */
  readonly startsAtOnce?: boolean;
  /** @returns `done` to end the loop. `closing` aborts once the loop is closed. */
  run(closing: AbortSignal): Promise<unknown>;
}

export function repeat({ everyMs, startsAtOnce = false, run }: RepeatOptions): Repeating {
  const closing = new AbortController();
  const { signal } = closing;
  const pause = () => wait(everyMs, undefined, { ref: false, signal }).catch(() => undefined);

  async function loop(): Promise<void> {
    if (!startsAtOnce) await pause();
    while (!signal.aborted) {
      const state = await run(signal).catch(() => undefined);
      if (state === 'done') return;
      if (!signal.aborted) await pause();
    }
  }

  const running = loop();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
