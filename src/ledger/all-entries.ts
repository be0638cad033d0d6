import { findPositionsOf } from '../database/position-of-instant.ts';
import type { Statements } from '../database/statements.ts';
import { narrowed, type TimeSlice } from '../values/page.ts';
import { type AllPage, findAllPage } from './tables/all-pages.ts';
import type { PlacedEntry } from './tables/positions.ts';

export { KINDS_OF_USE } from './tables/all-pages.ts';

/** A page of the entries of all customers, of those that were recorded in a stretch of time. */
export type AllEntriesPage = Pick<AllPage, 'kinds' | 'from' | 'to'> & TimeSlice<bigint>;

/**
 * The entries of all customers, in the order in which they were written. Those from before
 * positions were counted are not among them. Accounts that are overdue do not catch up first.
 */
export interface AllEntries {
  /** Newest first. @throws UnreadableError. */
  page(page: AllEntriesPage): Promise<readonly PlacedEntry[]>;
}

/**
 * How much later than its position tells an entry may be recorded, or earlier: longer than a
 * transaction lasts and than clocks differ.
 */
const DISORDER_MS = 10_000;
const MAX_POSITION = 2n ** 63n - 1n;

/**
 * @param isTimeMoved True where tests move the clock. Accounts then run ahead of it, and positions
 * say nothing about time.
 */
export function openAllEntries(statements: Pick<Statements, 'read'>, isTimeMoved: boolean): AllEntries {
  return {
    async page(page) {
      const ends = isTimeMoved
        ? { after: null, before: null }
        : await findPositionsOf(statements, { table: 'ledger_entry', time: 'recorded_at' }, page, DISORDER_MS);
      const { after, before, ...wanted } = narrowed(page, ends);
      return findAllPage(statements, { ...wanted, after: after ?? 0n, before: before ?? MAX_POSITION });
    },
  };
}
