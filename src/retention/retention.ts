/**
 * Deletes what is old: idempotency keys, the audit log, Stripe's events, the log of deliveries, and
 * attempts of auto top-ups that have ended. Owns the table sweep.
 *
 * One loop in each process goes through the tables, a few pages at a time. The place is in the
 * database, so processes share the work, and one that ends leaves it to the others.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import type { Clock } from '../values/clock.ts';
import { KEPT_DAYS, type Kept, type Sweep, sweepsOf } from './kinds.ts';
import { addSweeps, makeDue, takeStep } from './tables.ts';

export interface Retention {
  /** Begins all sweeps anew, after a test has moved the clock. */
  beginAnew(): void;
  close(): Promise<void>;
}

export interface RetentionDeps {
  readonly database: Database;
  /** The one by which rows are dated. */
  readonly clock: Clock;
  readonly log: Log;
  /** What is left out has its default. */
  readonly kept?: Partial<Kept> | undefined;
}

const LOOK_EVERY_MS = 10_000;
/** Other work comes in between. */
const PAUSE_MS = 20;

export function openRetention({ database, clock, log, kept }: RetentionDeps): Retention {
  const sweeps = sweepsOf({ ...KEPT_DAYS, ...kept });
  let added: Promise<void> | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;

  async function sweep(what: Sweep): Promise<void> {
    for (let goesOn = true; goesOn && !isClosed; ) {
      const step = await takeStep(database, what, clock.now());
      if (step && step.deleted > 0) log.debug({ table: what.table, rows: step.deleted }, 'retention: old rows were deleted');
      goesOn = step?.goesOn ?? false;
      if (goesOn) await wait(PAUSE_MS, undefined, { ref: false });
    }
  }

  async function sweepAll(): Promise<void> {
    try {
      added ??= addSweeps(
        database,
        sweeps.map(({ table }) => table),
      );
      await added;
      for (const each of sweeps) await sweep(each);
    } catch (err) {
      added = undefined;
      log.warn({ err }, 'retention: old rows could not be deleted; trying again later');
    }
  }

  /** One run at a time. */
  function run(): Promise<void> {
    running ??= sweepAll().finally(() => {
      running = undefined;
    });
    return running;
  }

  const looking = repeat({ everyMs: LOOK_EVERY_MS, run });
  return {
    beginAnew() {
      const again = async () => {
        await running;
        await makeDue(database);
        await run();
      };
      again().catch((err: unknown) => log.warn({ err }, 'retention: the sweeps could not begin anew'));
    },
    async close() {
      isClosed = true;
      await Promise.all([looking.close(), running]);
    },
  };
}
