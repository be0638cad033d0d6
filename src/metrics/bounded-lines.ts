/**
 * Bounds what a flood writes to the log: so many lines of a kind in a minute, and then one that
 * says how many were left out.
 */
import type { Log } from '../platform/log.ts';

const LINES_A_MINUTE = 100;
const MINUTE_MS = 60_000;

export interface BoundedLines {
  /** @param kind One of few: the code of a refusal, for example. */
  write(kind: string, line: object, message: string): void;
  /** Writes what was left out until now. */
  end(): void;
}

export function openBoundedLines(log: Log): BoundedLines {
  /** How many lines of each kind were to be written since the minute began. */
  const counts = new Map<string, number>();
  let minute: NodeJS.Timeout | undefined;

  function end(): void {
    clearTimeout(minute);
    minute = undefined;
    for (const [kind, count] of counts) {
      const leftOut = count - LINES_A_MINUTE;
      if (leftOut > 0) log.info({ kind, leftOut }, 'lines left out');
    }
    counts.clear();
  }

  return {
    write(kind, line, message) {
      minute ??= setTimeout(end, MINUTE_MS).unref();
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count <= LINES_A_MINUTE) log.info(line, message);
    },
    end,
  };
}
