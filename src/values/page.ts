/** Pages of longer lists, and the cursors between them. */
import { refuseInput } from './errors.ts';
import { instant, isStorableText } from './input.ts';

/** One page of a longer list. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly hasNextPage: boolean;
  /** True where the page was requested with `after`. */
  readonly hasPreviousPage: boolean;
}

export interface PageRequest {
  /** 1 to 100. */
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/** @throws InvalidInputError at `first`. */
export function readFirst(first: number | null | undefined): number {
  const wanted = first ?? DEFAULT_PAGE;
  return wanted >= 1 && wanted <= MAX_PAGE
    ? wanted
    : refuseInput(['first'], `must be 1 to ${MAX_PAGE}`, wanted < 1 ? 'TOO_SMALL' : 'TOO_LARGE');
}

/** An opaque cursor. */
export function writeCursor(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws InvalidInputError at `after` where it is no cursor with this many parts. */
export function readCursor(cursor: string, parts: number, refuse: () => never = refuseCursor): readonly string[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(read) && read.length === parts && read.every((part) => typeof part === 'string')) return read;
  } catch {
    // Falls through: a text that is no JSON is no cursor.
  }
  return refuse();
}

/** A place in a list that is ordered by creation time, and then by id. */
export interface Place {
  readonly createdAt: Date;
  readonly id: string;
}

/** Reads the cursor of an item in such a list. @throws InvalidInputError at `after`. */
export function readPlace(cursor: string): Place {
  return toPlace(readCursor(cursor, 2));
}

/** Reads the parts of such a cursor. @throws InvalidInputError at `after`. */
export function toPlace([made = '', id = '']: readonly string[]): Place {
  const createdAt = instant.safeParse(new Date(made)).data;
  return createdAt && isStorableText(id) ? { createdAt, id } : refuseCursor();
}

/** @throws InvalidInputError at `after`. */
export function refuseCursor(): never {
  return refuseInput(['after'], 'must be a cursor that a page of this list gave, such as pageInfo.endCursor', 'INVALID_FORMAT');
}

/** The most items that `totalCount` counts, so that its cost is bounded. */
export const MOST_COUNTED = 10_000;

/** Makes a page of rows that were read with one more than asked for. */
export function toPage<Node>(rows: readonly Node[], first: number, after: string | null | undefined): Page<Node> {
  return { nodes: rows.slice(0, first), hasNextPage: rows.length > first, hasPreviousPage: after != null };
}
