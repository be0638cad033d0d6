import type { Statements } from '../database/statements.ts';
import { drawFence, findEntriesFrom, findNewestPlace, isPast, type Place, type PlacedEntry } from './tables/positions.ts';

export { BEFORE_ALL, type Place, type PlacedEntry } from './tables/positions.ts';

/** The entries of all customers, in the order in which they are written (tables/positions.ts). */
export interface EntryOrder {
  /** At most `limit` of the visible entries, from the one at this position on. */
  entriesFrom(position: bigint, limit: number): Promise<readonly PlacedEntry[]>;
  newestPlace(): Promise<Place>;
  /** To be drawn after a position was seen, and then to be waited for. */
  drawFence(): Promise<string>;
  /**
   * True once no entry can come any more before a position that was seen before the fence was
   * drawn.
   */
  isPast(fence: string): Promise<boolean>;
}

export function openEntryOrder(statements: Pick<Statements, 'read'>): EntryOrder {
  return {
    entriesFrom: (position, limit) => findEntriesFrom(statements, position, limit),
    newestPlace: () => findNewestPlace(statements),
    drawFence: () => drawFence(statements),
    isPast: (fence) => isPast(statements, fence),
  };
}
