/**
 * The domain's time: real, or that of a test clock. Credentials, signatures and payment providers
 * use real time, so an advance expires none of them.
 */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, writing } from '../database/database.ts';
import type { DueWork } from '../platform/due-work.ts';
import type { Clock } from '../values/clock.ts';
import { isTransient, refuseInput } from '../values/errors.ts';
import { instant, interval, readInput } from '../values/input.ts';
import { addInterval } from '../values/interval.ts';
import { advance, ClockStoppedError } from './advance.ts';
import { holdClock } from './tables.ts';
import { openTestClock, type TestClock } from './test-clock.ts';

export interface Time {
  readonly clock: Clock;
  /** Reads how far other processes have moved the clock. Unset if time is real. */
  readonly sync?: () => Promise<void>;
  /**
   * The same work with a sync before it, so that work that begins after an advance was answered
   * sees the later time.
   */
  synced<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result>;
  /**
   * Moves a test clock `by` a length of time or `to` an instant, and does everything that becomes
   * due on the way, in order. Callers of all processes take turns; `by` counts from the time at the
   * start of the turn.
   * @returns the time after it.
   * @throws InvalidInputError if the clock cannot be moved, or not to there; ClockStuckError if
   * something due does not get done; ClockStoppedError if the database fails.
   */
  advance(input: unknown): Promise<Date>;
}

export interface TimeDeps {
  readonly database: Pick<Database, 'client'>;
  /** Real time. */
  readonly clock: Clock;
  readonly testClocks: boolean;
  /** More work may be added until the first advance. */
  readonly due: readonly DueWork[];
  /** Called after an advance with the new time. */
  readonly onAdvanced: (now: Date) => void;
}

const LONGEST = { unit: 'YEAR', count: 10 } as const;
const PAUSE_MS = 100;
const advanceInput = z
  .object({ by: interval.nullish(), to: instant.nullish() })
  .refine(({ by, to }) => (by == null) !== (to == null), 'must have "by" or "to": one of the two');

export async function openTime({ database: { client }, clock: base, testClocks, due, onAdvanced }: TimeDeps): Promise<Time> {
  if (!testClocks) return { clock: base, synced: (work) => work, advance: async () => refuseInput([], NO_TEST_CLOCKS) };
  const clock = await openTestClock({ client, base });
  let last: Promise<unknown> = Promise.resolve();

  /**
   * Advances of this process queue up here, so that they do not occupy connections that the first
   * one needs.
   */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    let done: { readonly result: Result } | undefined;
    const held = async () => {
      done = { result: await work() };
      return done.result;
    };
    const turn = last
      .then(() => writing(() => holdClock(client, held)))
      .catch((error: unknown) => {
        // The lock may be lost while it is released, after the work is done.
        if (done) return done.result;
        throw error;
      });
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    clock,
    sync: clock.sync,
    synced:
      (work) =>
      async (...args) => {
        await clock.sync();
        return work(...args);
      },
    async advance(input) {
      const read = readInput(advanceInput, input);
      return inTurn(async () => {
        await clock.sync();
        const target = findTarget(read, clock);
        await advance({ due, target, now: clock.now, setTo: clock.setTo, pause: () => setTimeout(PAUSE_MS) }).catch(
          (error: unknown) => {
            throw isTransient(error) ? new ClockStoppedError(clock.now(), target, { cause: error }) : error;
          },
        );
        const now = clock.now();
        onAdvanced(now);
        return now;
      });
    },
  };
}

const NO_TEST_CLOCKS =
  'time is real here and cannot be moved: start Brim with BRIM_TEST_CLOCKS=true, for tests only and never in production';

function findTarget({ by, to }: z.infer<typeof advanceInput>, clock: Pick<TestClock, 'now'>): Date {
  const now = clock.now();
  const target = to ?? (by ? addInterval(now, by) : now);
  const path = [to ? 'to' : 'by'];
  if (target <= now) refuseInput(path, `must be after now, which is ${now.toISOString()}`, 'TOO_SMALL');
  const furthest = addInterval(now, LONGEST);
  if (target > furthest) {
    refuseInput(
      path,
      `must be at most ${LONGEST.count} years ahead, which is ${furthest.toISOString()}: go there in several steps`,
      'TOO_LARGE',
    );
  }
  return target;
}
