/** Pages of what a customer has, the newest first: purchases, payments and holds. */
import { type Place, readPlace } from './cursors.ts';
import { inTime, type Page, type PageRequest, readPage, type TimeSlice } from './page.ts';
import { endOfList, readTimeRange, startOfList, type TimeRange } from './time-range.ts';

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
  /** Only those that are newer than this place; null: from the oldest on. */
  readonly after: Place | null;
  /** Only those that are older than this place; null: up to the newest. */
  readonly before: Place | null;
}

/** A page of these, newest first. */
export type CustomerPage<Status extends string> = CustomerFilter<Status> & TimeSlice<Place>;

/** @throws InvalidInputError for a bad range. */
function filterOf<Status extends string>(
  { customerId, statuses, from, to }: CustomerPageRequest<Status>,
  cursors: Pick<TimeSlice<Place>, 'before' | 'after'>,
): CustomerFilter<Status> {
  const range = readTimeRange({ from, to });
  return {
    customerId,
    statuses: statuses ? [...new Set(statuses)] : null,
    after: startOfList(cursors.after, range.from),
    before: endOfList(cursors.before, range.to),
  };
}

/** Reads the page that a caller asked for. @throws InvalidInputError. */
export async function pageOf<Status extends string, Node>(
  request: CustomerPageRequest<Status>,
  load: (page: CustomerPage<Status>) => Promise<readonly Node[]>,
): Promise<Page<Node>> {
  return readPage(request, readPlace, async (slice) => {
    const page = inTime(slice);
    return load({ ...page, ...filterOf(request, page) });
  });
}

/** Counts what is on all pages, without their cursors. @throws InvalidInputError. */
export async function countOf<Status extends string>(
  request: CustomerPageRequest<Status>,
  load: (filter: CustomerFilter<Status>) => Promise<number | null>,
): Promise<number | null> {
  return load(filterOf(request, { before: null, after: null }));
}
