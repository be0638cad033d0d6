import type { HoldFacts } from '../src/balances/hold.ts';
import { type Named, Unread } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/**
 * Declared apart from hold.ts, because entries refer to holds, and mutations of holds to entries.
 */
export const HoldRef = builder.objectRef<Named<HoldFacts>>('Hold');

/**
 * The hold that another object refers to, read once a field of it is selected; null if there is
 * none.
 */
export function namedHold({ ledger }: Context, holdId: string | null): Unread<HoldFacts> | null {
  return holdId === null ? null : new Unread(holdId, () => ledger.reads.holdById(holdId));
}
