/** A real ledger on a database of its own. */
import { expect, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { Effect } from '../../src/ledger/effect.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { Command, Posting } from '../../src/ledger/model/posting.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import type { WriterLimits } from '../../src/ledger/writer.ts';
import { openLog } from '../../src/platform/log.ts';
import type { Clock } from '../../src/values/clock.ts';
import { runOn } from '../support/database-url.ts';
import { freshDatabase } from '../support/postgres.ts';

export const NOW = new Date('2026-01-31T12:00:00.000Z');

export interface Fixture {
  readonly url: string;
  readonly database: Database;
  /**
   * Another ledger on the same tables, as another process has one; it does not say what it
   * committed.
   */
  openLedger(options?: FixtureOptions): Ledger;
  untilSomebodyWaitsForALock(): Promise<void>;
  close(): Promise<void>;
}

export interface FixtureOptions {
  readonly effects?: readonly Effect[];
  readonly limits?: Partial<WriterLimits>;
  readonly clock?: Clock;
  readonly onCommitted?: (entries: readonly LedgerEntry[]) => void;
  /** Stands in for the database's own, around it: then every batch is a transaction. */
  readonly transaction?: Database['transaction'];
}

/** @param sql what a test's own effects need. */
export async function openFixture(sql?: string): Promise<Fixture> {
  const { url, drop } = await freshDatabase();
  if (sql !== undefined) await runOn(url, sql);
  const database = openDatabase({ url });
  return {
    url,
    database,
    openLedger: ({ effects = [], limits = {}, onCommitted = () => undefined, clock = { now: () => NOW }, transaction } = {}) =>
      openLedger({
        database: { ...database, transaction: transaction ?? database.transaction },
        clock,
        log: openLog('silent'),
        effects,
        limits: { ...(transaction ? { isOptimistic: false } : {}), ...limits },
        onCommitted,
      }),
    untilSomebodyWaitsForALock: () =>
      vi.waitFor(async () => {
        const [row] = await database.client.$queryRaw<{ waiting: bigint }[]>`
          SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect(row?.waiting).toBeGreaterThan(0n);
      }),
    async close() {
      await database.close();
      await drop();
    },
  };
}

/** Opens accounts in one go, each with the postings that it begins with. */
export async function openAccounts(ledger: Pick<Ledger, 'post'>, ids: readonly string[], ...postings: Posting[]): Promise<void> {
  await Promise.all(ids.map((customerId) => ledger.post({ customerId, opensAccount: true, postings })));
}

/** `count` ids: ada-0, ada-1, … */
export function idsOf(count: number, name = 'ada'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

/** Counts the transactions that pass. */
export function countTransactions(database: Pick<Database, 'transaction'>) {
  const counted = { count: 0 };
  const transaction: Database['transaction'] = (work) => {
    counted.count += 1;
    return database.transaction(work);
  };
  return { counted, transaction };
}

export function command(customerId: string, posting: Posting, key?: string, fingerprint = 'as sent'): Command {
  return { customerId, postings: [posting], ...(key === undefined ? {} : { idempotency: { key, fingerprint } }) };
}
