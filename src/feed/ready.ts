/** Which of the entries that are visible may be told. Pure. */
import type { Place, PlacedEntry } from '../ledger/order.ts';
import { CursorLostError } from './every-cursor.ts';

/**
 * The entries after a place, of those that were found from it on.
 * @throws CursorLostError where the first is not the entry of the place.
 */
export function entriesAfter({ position, recordedAt }: Place, found: readonly PlacedEntry[]): readonly PlacedEntry[] {
  if (recordedAt === null) return found;
  const [first, ...next] = found;
  const isSame = first?.position === position && first.entry.recordedAt.getTime() === recordedAt.getTime();
  if (!isSame) throw new CursorLostError();
  return next;
}

/**
 * The entries after a position up to the first gap in which an entry may still come.
 * @param settled Up to this position none can come any more.
 */
export function withoutGap(after: bigint, entries: readonly PlacedEntry[], settled: bigint): readonly PlacedEntry[] {
  let last = after;
  const gap = entries.findIndex(({ position }) => {
    const isNext = position === last + 1n || position <= settled;
    last = position;
    return !isNext;
  });
  return gap === -1 ? entries : entries.slice(0, gap);
}
