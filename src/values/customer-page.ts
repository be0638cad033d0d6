/** Pages of what a customer has, the newest first: purchases, payments and holds. */
import { type Page, type PageRequest, type Place, readFirst, readPlace, toPage } from './page.ts';
import { endOfList, readTimeRange, type TimeRange } from './time-range.ts';

/** What a caller asks. */
export interface CustomerPageRequest<Status extends string> extends PageRequest, TimeRange {
  readonly customerId: string;
  /** Left out: of every status. */
  readonly statuses?: readonly Status[] | null | undefined;
}

/** Some of what one customer has, as tables are asked. */
export interface CustomerFilter<Status extends string> {
  readonly customerId: string;
  /** null: of every status. */
  readonly statuses: readonly Status[] | null;
  /** Only those that were created at this instant or later; null: from the first one on. */
  readonly from: Date | null;
  /** Only those before this place; null: up to the newest. */
  readonly before: Place | null;
}

/** A page of these, newest first. */
export interface CustomerPage<Status extends string> extends CustomerFilter<Status> {
  readonly limit: number;
}

function filterOf<Status extends string>(
  { customerId, statuses, ...range }: Omit<CustomerPageRequest<Status>, keyof PageRequest>,
  cursor: Place | null,
): CustomerFilter<Status> {
  const { from, to } = readTimeRange(range);
  return { customerId, statuses: statuses ? [...new Set(statuses)] : null, from, before: endOfList(cursor, to) };
}

/** Reads the page that a caller asked for. @throws InvalidInputError. */
export async function pageOf<Status extends string, Node>(
  { first, after, ...some }: CustomerPageRequest<Status>,
  load: (page: CustomerPage<Status>) => Promise<readonly Node[]>,
): Promise<Page<Node>> {
  const limit = readFirst(first);
  const filter = filterOf(some, after == null ? null : readPlace(after));
  return toPage(await load({ ...filter, limit: limit + 1 }), limit, after);
}

/** Counts what is on all pages, without their cursors. @throws InvalidInputError. */
export async function countOf<Status extends string>(
  request: CustomerPageRequest<Status>,
  load: (filter: CustomerFilter<Status>) => Promise<number | null>,
): Promise<number | null> {
  return load(filterOf(request, null));
}
