/** Opaque cursors: what tells where an item stands in its list. */
import { refuseInput } from './errors.ts';
import { instant, isStorableText } from './input.ts';

/** Reads the cursor of one kind of list. @param refuse Called where it is none of it. */
export type ReadCursor<Place> = (cursor: string, refuse: () => never) => Place;

export function writeCursor(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor with this many parts. */
export function readCursor(cursor: string, parts: number, refuse: () => never): readonly string[] {
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

/** Reads the cursor of an item in such a list. */
export function readPlace(cursor: string, refuse: () => never): Place {
  return toPlace(readCursor(cursor, 2, refuse), refuse);
}

/** Reads the parts of such a cursor. */
export function toPlace([made = '', id = '']: readonly string[], refuse: () => never): Place {
  const createdAt = instant.safeParse(new Date(made)).data;
  return createdAt && isStorableText(id) ? { createdAt, id } : refuse();
}

/** Reads the cursor of an item in a list that is ordered by a number. */
export function readNumber(cursor: string, refuse: () => never): bigint {
  const [number = ''] = readCursor(cursor, 1, refuse);
  return /^\d{1,18}$/.test(number) ? BigInt(number) : refuse();
}

/** @throws InvalidInputError at the argument that held the cursor. */
export function refuseCursor(argument: 'after' | 'before'): never {
  return refuseInput([argument], 'must be a cursor that a page of this list gave, such as pageInfo.endCursor', 'INVALID_FORMAT');
}
