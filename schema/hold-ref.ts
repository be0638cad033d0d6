import type { HoldFacts } from '../src/balances/hold.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Lazy, type MaybeLazy } from './lazy.ts';

/**
 * Declared apart from hold.ts, because entries refer to holds, and mutations of holds to entries.
 */
export const HoldRef = builder.objectRef<MaybeLazy<HoldFacts>>('Hold');

/**
 * The hold that another object refers to, read once a field of it is selected; null if there is
 * none.
 */
export function lazyHold({ ledger }: Context, holdId: string | null): Lazy<HoldFacts> | null {
  return holdId === null ? null : new Lazy(holdId, () => ledger.reads.holdById(holdId));
}
