import { type Database, reading, writing } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { raiseOffsetMs, readOffsetMs } from './tables.ts';

/**
 * A clock that tests can move: the time of a base clock plus an offset that is stored in Postgres,
 * so that several processes agree.
 *
 * The offset only grows and the base clock goes on, so time never goes back, neither between the
 * steps of an advance nor for a process that reads a step late. If the base clock stands still, the
 * clock stops at each instant exactly.
 */
export interface TestClock extends Clock {
  /** Reads how far other processes have moved it. */
  sync(): Promise<void>;
  /** Moves the clock to an instant, in every process. Does nothing if it is later already. */
  setTo(instant: Date): Promise<void>;
}

export async function openTestClock({
  client,
  base,
}: {
  readonly client: Database['client'];
  readonly base: Clock;
}): Promise<TestClock> {
  let offsetMs = await reading(() => readOffsetMs(client));
  const learn = (known: number) => {
    // Answers may arrive out of order: an older one is smaller.
    offsetMs = Math.max(offsetMs, known);
  };
  const { fromDatabase } = base;
  const moved = (instant: Date) => new Date(instant.getTime() + offsetMs);
  return {
    now: () => moved(base.now()),
    ...(fromDatabase ? { fromDatabase: (said) => moved(fromDatabase(said)) } : {}),
    sync: async () => learn(await reading(() => readOffsetMs(client))),
    async setTo(instant) {
      const wantedMs = instant.getTime() - base.now().getTime();
      if (wantedMs > offsetMs) learn(await writing(() => raiseOffsetMs(client, wantedMs)));
    },
  };
}
