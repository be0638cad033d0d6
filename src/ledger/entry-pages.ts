import type { Load } from '../database/loader.ts';
import { narrowed } from '../values/page.ts';
import type { LedgerEntry } from './model/types.ts';
import { type EntryPage, kindOfPage, PAGES } from './tables/pages.ts';
import type { Ask, Found, OfCustomer } from './tables/question.ts';
import { findLastBefore } from './tables/recorded.ts';

/** A page of one customer's entries, of those that were recorded in a stretch of time. */
export interface EntryPageRequest extends EntryPage {
  /** Left out: from the first entry on. */
  readonly from?: Date | null;
  /** Only what was recorded before. Left out: up to now. */
  readonly to?: Date | null;
}

/** Makes a read that is true at its moment. */
type Current = <Key extends OfCustomer, Value>(ask: Ask<Key, Value>) => Load<Key, Found<Value>>;

/**
 * Reads pages of the ledger. Entries are recorded in their order, so a stretch of time is one of
 * their numbers: both ends are found in a statement before that of the page.
 */
export function openEntryPages(current: Current): Load<EntryPageRequest, readonly LedgerEntry[]> {
  const lastBefore = current(findLastBefore);
  const pages = {
    ofAll: current(PAGES.ofAll),
    ofFeature: current(PAGES.ofFeature),
    ofKinds: current(PAGES.ofKinds),
  };
  const findLast = async (customerId: string, instant: Date | null): Promise<bigint | null> =>
    instant && ((await lastBefore({ customerId, instant })).values[0] ?? 0n);

  return async ({ from = null, to = null, ...page }) => {
    const { customerId } = page;
    const [first, last] = await Promise.all([findLast(customerId, from), findLast(customerId, to)]);
    const asked = { ...page, after: page.after ?? null };
    const wanted = narrowed(asked, { after: first, before: last === null ? null : last + 1n });
    return (await pages[kindOfPage(page)](wanted)).values;
  };
}
