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
const LOOK_EVERY_MS = 250;

export function openWatchdog(): Watchdog {
  const running = new Set<Meter>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const nowMs = performance.now();
    for (const meter of running) {
      meter.look(nowMs);
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
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    remove: (meter) => void running.delete(meter),
  };
}
