/**
 * Pages of longer lists, as Relay's specification of connections has them: with `first` and `after`
 * from the beginning on, with `last` and `before` from the end back. A list says what its cursors
 * hold and how a slice of it is read, and this file everything else.
 */
import { type ReadCursor, refuseCursor } from './cursors.ts';
import { refuseInput } from './errors.ts';

/** One page of a longer list, in the order of the list, whichever end it was read from. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  /** Of a page that was read from the end: true where it was requested with `before`. */
  readonly hasNextPage: boolean;
  /** Of a page that was read from the beginning: true where it was requested with `after`. */
  readonly hasPreviousPage: boolean;
}

export interface PageRequest {
  /** 1 to 100. */
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  /** 1 to 100, and without `first`. */
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** What is read of a list for one page: the items between two places, as far as the page goes. */
export interface Slice<Place> {
  /** Only items that follow this place; null: from the first item of the list on. */
  readonly after: Place | null;
  /** Only items that precede this place; null: up to the last item of the list. */
  readonly before: Place | null;
  /** True where the page has the last of these items, and otherwise the first. */
  readonly fromEnd: boolean;
  /** One more than the page has: whether there is that one tells whether there is another page. */
  readonly limit: number;
}

/** The largest page. */
export const MAX_PAGE = 100;
/** The size of a page where none is requested. */
export const DEFAULT_PAGE = 20;

/** The most items that `totalCount` counts, so that its cost is bounded. */
export const MOST_COUNTED = 10_000;

/** What `totalCount` says where at most one more was counted: null where there are more. */
export const totalOf = (counted: number): number | null => (counted <= MOST_COUNTED ? counted : null);

/**
 * Reads a page of a list.
 * @param load Returns the items of a slice, in the order of the list.
 * @throws InvalidInputError at `first`, `last`, `after` or `before`.
 */
export async function readPage<Place, Node>(
  request: PageRequest,
  read: ReadCursor<Place>,
  load: (slice: Slice<Place>) => Promise<readonly Node[]>,
): Promise<Page<Node>> {
  const slice = readSlice(request, read);
  return toPage(await load(slice), slice);
}

export function readSlice<Place>(request: PageRequest, read: ReadCursor<Place>): Slice<Place> {
  const size = readSize(request);
  const place = (argument: 'after' | 'before') => {
    const cursor = request[argument];
    return cursor == null ? null : read(cursor, () => refuseCursor(argument));
  };
  return { after: place('after'), before: place('before'), fromEnd: request.last != null, limit: size + 1 };
}

function readSize({ first, last }: PageRequest): number {
  if (first != null && last != null) refuseInput(['last'], 'must be left out with first', 'NOT_ALLOWED');
  const [argument, size] = last == null ? ['first', first ?? DEFAULT_PAGE] : ['last', last];
  if (size >= 1 && size <= MAX_PAGE) return size;
  return refuseInput([argument], `must be 1 to ${MAX_PAGE}`, size < 1 ? 'TOO_SMALL' : 'TOO_LARGE');
}

/** Makes a page of the items of its slice. */
export function toPage<Node>(items: readonly Node[], { after, before, fromEnd, limit }: Slice<unknown>): Page<Node> {
  const size = limit - 1;
  const hasMore = items.length > size;
  return fromEnd
    ? { nodes: items.slice(-size), hasNextPage: before !== null, hasPreviousPage: hasMore }
    : { nodes: items.slice(0, size), hasNextPage: hasMore, hasPreviousPage: after !== null };
}

/** A slice of a list whose newest item is the first, in the order of time. */
export interface TimeSlice<Place> {
  /** Only what is older than this. */
  readonly before: Place | null;
  /** Only what is newer than this. */
  readonly after: Place | null;
  /** True where the oldest of these are wanted, and otherwise the newest. */
  readonly fromOldest: boolean;
  readonly limit: number;
}

export function inTime<Place>({ after, before, fromEnd, limit }: Slice<Place>): TimeSlice<Place> {
  return { before: after, after: before, fromOldest: fromEnd, limit };
}

/** What is between two numbers; null: without an end. */
type Ends = Pick<TimeSlice<bigint>, 'before' | 'after'>;

/** The part of a slice that lies between these numbers, too. */
export function narrowed<Wanted extends Ends>(slice: Wanted, { before, after }: Ends): Wanted {
  const isEarlier = before !== null && (slice.before === null || before < slice.before);
  const isLater = after !== null && (slice.after === null || after > slice.after);
  return { ...slice, before: isEarlier ? before : slice.before, after: isLater ? after : slice.after };
}
