/**
 * A clock that follows the database's time, so that all processes on one database agree,
 * independent of their own clocks.
 *
 * Between two reads of the database's time it counts with the process's monotonic clock, which
 * nobody can set. The time in an answer was true at some moment between the request and its
 * arrival. A count between these two bounds stays as it is; any other is moved to the nearer bound.
 */
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import type { Clock } from '../values/clock.ts';
import { type Database, reading } from './database.ts';

export interface DatabaseClock extends Clock {
  close(): Promise<void>;
}

/**
 * Two monotonic clocks drift apart by a millisecond in this time. A machine that slept is correct
 * again after it.
 */
const ASK_EVERY_MS = 30_000;
/** A difference that is logged: one of the two clocks was set. */
const LEAP_MS = 1_000;

/** @throws UnreadableError where the database cannot be asked. */
export async function openDatabaseClock({
  client,
  log,
}: {
  readonly client: Database['client'];
  readonly log: Log;
}): Promise<DatabaseClock> {
  /** The offset of the monotonic clock. */
  let startMs = await ask((earliestMs, latestMs) => (earliestMs + latestMs) / 2);
  // The first read may have waited for its connection, and so its bounds are wide.
  startMs = await ask((earliestMs, latestMs) => between(startMs, earliestMs, latestMs));

  async function ask(choose: (earliestMs: number, latestMs: number) => number): Promise<number> {
    const askedMs = performance.now();
    const [row] = await reading(() => client.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`);
    const saidMs = row?.now.getTime() ?? Number.NaN;
    // The value is cut to whole milliseconds, so the true time may be up to one later.
    return choose(saidMs - performance.now(), saidMs + 1 - askedMs);
  }

  // While the database is away, its reads fail and the offset stays.
  const asking = repeat({
    everyMs: ASK_EVERY_MS,
    async run() {
      startMs = await ask((earliestMs, latestMs) => correct(startMs, earliestMs, latestMs));
    },
  });

  function correct(countedMs: number, earliestMs: number, latestMs: number): number {
    const correctedMs = between(countedMs, earliestMs, latestMs);
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

const between = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
