import type { HoldFacts } from '../src/balances/hold.ts';
import { type Named, Unread } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** Entries name holds, and whatever places a hold names entries: the name comes first. */
export const HoldRef = builder.objectRef<Named<HoldFacts>>('Hold');

/** The hold that something names, if it does: read as it stands then. */
export function namedHold({ ledger }: Context, holdId: string | null): Unread<HoldFacts> | null {
  return holdId === null ? null : new Unread(holdId, () => ledger.reads.holdById(holdId));
}
