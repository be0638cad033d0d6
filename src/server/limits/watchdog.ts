/** Looks at the operations that run, now and then: whether they have time left, and anybody waits. While nothing runs there is no timer. */
import type { Meter } from './operation-meter.ts';

export interface Watchdog {
  add(meter: Meter): void;
  remove(meter: Meter): void;
}

/** How late a stop may be: far below what a caller would notice. */
const LOOK_EVERY_MS = 250;

export function openWatchdog(): Watchdog {
  const running = new Set<Meter>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const nowMs = performance.now();
    for (const meter of running) {
      meter.look(nowMs);
      // It may never come to an end.
      if (meter.stopped) running.delete(meter);
    }
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(meter) {
      running.add(meter);
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    remove: (meter) => void running.delete(meter),
  };
}
