/**
 * Verifies a few customers at a time beside the work, for as long as Brim runs, and tells how many
 * faults the last tour through all customers found: 0 in a ledger that only Brim has written.
 *
 * It is a sample for metrics, not `brim verify`: it looks at customers in the order of their ids,
 * passes over those with very many entries, and gives way where the database is slow.
 */
import type { Database } from '../database/database.ts';
import { facts } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { type Repeating, repeat } from '../platform/repeat.ts';
import { atOneMoment, type Fault, FINDERS } from './tables/verify.ts';
import { nextPart } from './verify-part.ts';

export interface DriftDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly log: Log;
  /** A statement for the customers whose rows are on their way to another id just now. */
  readonly passesOver: string;
  /** Left out: a minute. */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;
const AT_ONCE = { customers: 200, entries: 5_000 };
/** With more entries a customer is passed over. */
const isBig = (entries: number) => entries > AT_ONCE.entries;
const verified = facts('verified');

export function sampleDrift({ database, log, passesOver, everyMs = EVERY_MS }: DriftDeps): Repeating {
  let after = '';
  /** Faults of this tour, and of the whole one before it. */
  let tour = 0;
  let lastTour = 0;

  async function sample(): Promise<void> {
    const { customers, faults, until } = await atOneMoment(database, async (ask) => {
      const part = await nextPart(ask, after, AT_ONCE, (entries) => (isBig(entries) ? 0 : entries));
      const big = part.accounts.filter(({ entries }) => isBig(entries)).map(({ customerId }) => customerId);
      const except = [...big, ...(await ask<{ id: string }>(passesOver)).map(({ id }) => id)];
      const found: Fault[] = [];
      for (const finder of FINDERS) found.push(...(await ask<Fault>(finder, [after, part.until, except])));
      return { customers: part.accounts.length - big.length, faults: found, until: part.until };
    });
    for (const { sequence, problem } of faults)
      log.error({ sequence, problem }, 'ledger: a customer’s numbers contradict its entries. Run `brim verify`, which names it');
    tour += faults.length;
    verified.publish({ customers, faults: Math.max(tour, lastTour) });
    after = until ?? '';
    if (until === null) [lastTour, tour] = [tour, 0];
  }

  return repeat({
    everyMs,
    startsAtOnce: true,
    run: () => sample().catch((err: unknown) => log.debug({ err }, 'ledger: a sample could not be verified')),
  });
}
