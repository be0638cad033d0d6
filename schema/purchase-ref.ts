import type { Purchase } from '../src/purchases/types.ts';
import { builder } from './builder.ts';

/** Grants and entries name purchases, and purchases name grants: the name comes first. */
export const PurchaseRef = builder.objectRef<Purchase>('Purchase');
