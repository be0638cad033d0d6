/**
 * Checks the running operations at intervals, and stops those whose time is over or whose caller
 * has disconnected. While nothing runs there is no timer.
 */
import type { Meter } from './operation-meter.ts';

export interface Watchdog {
  add(meter: Meter): void;
  remove(meter: Meter): void;
}

/** How late an operation may be stopped: far below what a caller would notice. */
const CHECK_EVERY_MS = 250;

export function openWatchdog(): Watchdog {
  const running = new Set<Meter>();
  let timer: NodeJS.Timeout | undefined;

  function checkAll(): void {
    const nowMs = performance.now();
    for (const meter of running) {
      meter.check(nowMs);
      // A stopped operation may never end by itself.
      if (meter.stopped) running.delete(meter);
    }
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(meter) {
      running.add(meter);
      timer ??= setInterval(checkAll, CHECK_EVERY_MS).unref();
    },
    remove: (meter) => void running.delete(meter),
  };
}
