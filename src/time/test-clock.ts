import { type Database, reading, writing } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { raiseOffsetMs, readOffsetMs } from './tables.ts';

/**
 * A clock that tests can move: another clock's time, plus an offset that stands in Postgres, so that several processes agree.
 *
 * The offset only ever grows, and the other clock goes on ticking beneath it: time never goes back, neither from step to step
 * of an advance nor for a process that learns of a step late. Above a clock that stands still, each instant is met exactly.
 */
export interface TestClock extends Clock {
  /** Learns how far other processes have moved it. */
  sync(): Promise<void>;
  /** Makes it that late, in every process; where it is later already, nothing happens. */
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
    // Answers may overtake each other: an older one is a smaller one.
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
