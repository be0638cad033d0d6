/**
 * Delivers events for as long as the app runs: makes new events deliveries, takes those that are
 * due, and attempts them. A turn never waits for an attempt, so no endpoint delays another one.
 */
import { setMaxListeners } from 'node:events';
import type { Database } from '../../database/database.ts';
import { repeat } from '../../platform/repeat.ts';
import { findNextWork, spreadEvents } from '../tables/spread.ts';
import { takeAttempts } from '../tables/take.ts';
import { type AttemptDeps, makeAttempt } from './attempt.ts';

export interface DeliveryLoopDeps extends Omit<AttemptDeps, 'database' | 'stopping'> {
  readonly database: Database;
  /** Reads the clock's position where other processes can move it. */
  readonly sync?: (() => Promise<void>) | undefined;
}

export interface DeliveryLoop {
  /** Begins a turn soon: something was written, or is due. */
  wake(): void;
  /** Waits for running attempts, and ends those that take longer than a moment. */
  close(): Promise<void>;
}

/** Attempts of one endpoint that may run at once, in all processes. */
export const AT_ONCE_OF_ENDPOINT = 10;
/** Beside the deadline of an attempt, for the database. */
const LEASE_MARGIN_MS = 20_000;
/** What other processes write, and what is due, is seen after so long at most. */
const LOOK_EVERY_MS = 500;
const CLOSE_MS = 1_000;

export function openDeliveryLoop(deps: DeliveryLoopDeps): DeliveryLoop {
  const { database, clock, log, sync, timeoutMs } = deps;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  // Each running attempt listens.
  setMaxListeners(0, stopping.signal);
  const attempting = { ...deps, stopping: stopping.signal };
  let closed = false;
  let isFailing = false;
  let turn: Promise<void> | undefined;
  let isWoken = false;

  /** One turn at a time; a call during a turn makes it go round once more. */
  function wake(): void {
    isWoken = true;
    if (turn || closed) return;
    turn = takeTurns().finally(() => {
      turn = undefined;
      if (isWoken && !isFailing) wake();
    });
  }

  async function takeTurns(): Promise<void> {
    try {
      while (isWoken && !closed) {
        isWoken = false;
        await sync?.();
        const at = await findNextWork(database.statements, clock.now());
        if (at && at <= clock.now()) await work();
      }
      isFailing = false;
    } catch (error) {
      log[isFailing ? 'debug' : 'warn']({ err: error }, 'webhooks: what is due could not be read; trying again');
      isFailing = true;
    }
  }

  async function work(): Promise<void> {
    const spread = await spreadEvents(database.statements, clock.now());
    const options = { atOnceOfEndpoint: AT_ONCE_OF_ENDPOINT, leaseMs: timeoutMs + LEASE_MARGIN_MS };
    const attempts = await database.transaction((transaction) => takeAttempts(transaction, clock.now(), options));
    if (spread > 0 || attempts.length > 0) isWoken = true;
    for (const attempt of attempts) begin(makeAttempt(attempting, attempt));
  }

  function begin(attempt: Promise<void>): void {
    const ended = attempt
      .catch((error: unknown) => log.error({ err: error }, 'webhooks: the end of an attempt could not be recorded'))
      .finally(() => {
        running.delete(ended);
        wake();
      });
    running.add(ended);
  }

  const looking = repeat({ everyMs: LOOK_EVERY_MS, startsAtOnce: true, run: async () => wake() });
  return {
    wake,
    async close() {
      closed = true;
      await Promise.all([looking.close(), turn]);
      const timer = setTimeout(() => stopping.abort(), CLOSE_MS);
      await Promise.all(running);
      clearTimeout(timer);
    },
  };
}
