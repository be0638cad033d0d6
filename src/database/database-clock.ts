/**
 * A clock that goes by the database's time, so that all processes on one database agree, whatever their own clocks say.
 *
 * Between two questions to the database it counts by the process's stopwatch, which nobody sets. The database's
 * answer was true at some moment between the question and its arrival. A count that fits between these two stays as it is; any
 * other is moved by the least that makes it fit.
 */
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import type { Clock } from '../values/clock.ts';
import { type Database, reading } from './database.ts';

export interface DatabaseClock extends Clock {
  close(): Promise<void>;
}

/** Two stopwatches differ by a millisecond in that time; a machine that slept is right again after it. */
const ASK_EVERY_MS = 30_000;
/** Worth a line: one of the two clocks was set. */
const LEAP_MS = 1_000;

/** @throws UnreadableError where the database cannot be asked. */
export async function openDatabaseClock({
  client,
  log,
}: {
  readonly client: Database['client'];
  readonly log: Log;
}): Promise<DatabaseClock> {
  /** What the stopwatch must be added to. */
  let startMs = await ask((earliestMs, latestMs) => (earliestMs + latestMs) / 2);

  async function ask(choose: (earliestMs: number, latestMs: number) => number): Promise<number> {
    const askedMs = performance.now();
    const [row] = await reading(() => client.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`);
    const saidMs = row?.now.getTime() ?? Number.NaN;
    // It is read in whole milliseconds, and so may be one later.
    return choose(saidMs - performance.now(), saidMs + 1 - askedMs);
  }

  // While the database is away, its questions fail and the stopwatch goes on.
  const asking = repeat({
    everyMs: ASK_EVERY_MS,
    async run() {
      startMs = await ask((earliestMs, latestMs) => correct(startMs, earliestMs, latestMs));
    },
  });

  function correct(countedMs: number, earliestMs: number, latestMs: number): number {
    const correctedMs = Math.min(Math.max(countedMs, earliestMs), latestMs);
    const byMs = Math.round(correctedMs - countedMs);
    if (Math.abs(byMs) >= LEAP_MS) log.warn({ byMs }, "time: the database's clock was set, and Brim's with it");
    return correctedMs;
  }

  return {
    now: () => new Date(Math.floor(startMs + performance.now())),
    fromDatabase: (said) => said,
    close: () => asking.close(),
  };
}
