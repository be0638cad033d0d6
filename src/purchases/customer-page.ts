import { type Page, type PageRequest, readFirst, readPlace, toPage } from '../values/page.ts';
import { endOfList, readTimeRange, type TimeRange } from '../values/time-range.ts';
import type { CustomerFilter, CustomerPage } from './tables/pages.ts';

/** What a caller asks of a customer's purchases or payments. */
export interface CustomerPageRequest<Status extends string> extends PageRequest, TimeRange {
  readonly customerId: string;
  /** Left out: of every status. */
  readonly statuses?: readonly Status[] | null | undefined;
}

/** Reads the page that a caller asked for. @throws InvalidInputError. */
export async function pageOf<Status extends string, Node>(
  { first, after, customerId, statuses = null, ...range }: CustomerPageRequest<Status>,
  load: (page: CustomerPage<Status>) => Promise<readonly Node[]>,
): Promise<Page<Node>> {
  const limit = readFirst(first);
  const { from, to } = readTimeRange(range);
  const before = endOfList(after == null ? null : readPlace(after), to);
  return toPage(await load({ customerId, statuses, from, before, limit: limit + 1 }), limit, after);
}

/** Counts what is on all pages, without their cursors. @throws InvalidInputError. */
export async function countOf<Status extends string>(
  { customerId, statuses = null, ...range }: CustomerPageRequest<Status>,
  load: (filter: CustomerFilter<Status>) => Promise<number | null>,
): Promise<number | null> {
  const { from, to } = readTimeRange(range);
  return load({ customerId, statuses, from, before: endOfList(null, to) });
}
