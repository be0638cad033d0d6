/**
 * Repeats work with a pause after each run, for as long as the app runs.
 *
 * Runs never overlap. A failed run does not end the loop; the work itself logs its failures.
 */
import { setTimeout as wait } from 'node:timers/promises';

export interface Repeating {
  /** Starts no further run, and waits for the current one. */
  close(): Promise<void>;
}

export interface RepeatOptions {
  readonly everyMs: number;
  /** True where the first run starts at once. Left out: after the first pause. */
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
