/**
 * The sandbox's own clock. It may be moved ahead of the app's, as a test clock of Stripe's: all
 * that becomes due on the way happens, each thing at its own instant.
 */
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../values/clock.ts';
import { renewUntil } from '../acts/renewals.ts';
import { sandboxRecords } from '../store/records.ts';
import type { PageUrl } from '../wire/page-url.ts';

export interface MovedClock {
  now(): Date;
  /**
   * Moves the clock to this instant. Renewals, their payments and further attempts on the way are
   * made, and their events are due. @throws Error where the instant is past.
   */
  advance(to: Date): Promise<void>;
}

export interface MovedClockDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly urlOf: PageUrl;
  /** Called after a move: there may be events to deliver. */
  readonly wake: () => void;
}

const ID = 'clock';

export async function openMovedClock({ database, clock, urlOf, wake }: MovedClockDeps): Promise<MovedClock> {
  const stored = await database.transaction((transaction) => sandboxRecords(transaction).find('clock', ID));
  let aheadMs = stored?.aheadMs ?? 0;
  const now = () => new Date(clock.now().getTime() + aheadMs);
  return {
    now,
    async advance(to) {
      if (to < now()) throw new Error(`The sandbox's clock is at ${now().toISOString()} already.`);
      await renewUntil(database, { now: to, urlOf });
      aheadMs = to.getTime() - clock.now().getTime();
      await database.transaction((transaction) => sandboxRecords(transaction).put('clock', ID, { aheadMs }));
      wake();
    },
  };
}
