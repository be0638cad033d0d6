/** The orders in which customers are listed, and the cursors between their pages. */

import { type ReadCursor, readCursor, readPlace, toPlace, writeCursor } from '../values/cursors.ts';
import { isStorableText } from '../values/input.ts';
import type { Customer } from './tables.ts';

export const CUSTOMER_ORDERS = ['NEWEST_FIRST', 'OLDEST_FIRST', 'ID'] as const;
export type CustomerOrder = (typeof CUSTOMER_ORDERS)[number];

/** The order where none is asked for. Its cursors do not name it. */
export const DEFAULT_ORDER: CustomerOrder = 'NEWEST_FIRST';

/** Where a customer stands in the list. The order by id knows no instant. */
export interface CustomerPlace {
  readonly id: string;
  readonly createdAt?: Date;
}

/** The cursor of a customer in the list of this order. */
export function customerCursor({ createdAt, id }: Customer, order: CustomerOrder = DEFAULT_ORDER): string {
  if (order === 'ID') return writeCursor(order, id);
  const place = [createdAt.toISOString(), id];
  return writeCursor(...(order === DEFAULT_ORDER ? place : [order, ...place]));
}

/** Reads the cursors of this order, and refuses those of another one. */
export function customerCursors(order: CustomerOrder): ReadCursor<CustomerPlace> {
  if (order === DEFAULT_ORDER) return readPlace;
  return (cursor, refuse) => {
    const [named, ...place] = readCursor(cursor, order === 'ID' ? 2 : 3, refuse);
    if (named !== order) return refuse();
    if (order !== 'ID') return toPlace(place, refuse);
    const [id = ''] = place;
    return isStorableText(id) ? { id } : refuse();
  };
}
