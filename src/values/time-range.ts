/** Stretches of time to which a caller limits a list. */
import { z } from 'zod';
import type { Place } from './cursors.ts';
import { refuseInput } from './errors.ts';
import { instant, readInput } from './input.ts';

/** As a caller gives it: from an instant on, and before another one. Left out: without an end. */
export interface TimeRange {
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

const range = z.object({ from: instant.nullish(), to: instant.nullish() });

/** @throws InvalidInputError at `from` or `to`. */
export function readTimeRange(given: TimeRange): { readonly from: Date | null; readonly to: Date | null } {
  const { from = null, to = null } = readInput(range, { from: given.from, to: given.to });
  if (from !== null && to !== null && to <= from) refuseInput(['to'], 'must be after from', 'TOO_SMALL');
  return { from, to };
}

/** The earlier place of a cursor and the end of a range, in a list that is ordered by creation. */
export function endOfList(cursor: Place | null, to: Date | null): Place | null {
  if (to === null || (cursor !== null && cursor.createdAt < to)) return cursor;
  // No id is empty, so nothing that was created then comes before this place.
  return { createdAt: to, id: '' };
}

/** The later place of a cursor and the beginning of a range, in such a list. */
export function startOfList(cursor: Place | null, from: Date | null): Place | null {
  if (from === null || (cursor !== null && cursor.createdAt >= from)) return cursor;
  // What was created then comes after this place.
  return { createdAt: from, id: '' };
}
