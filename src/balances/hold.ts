import type { Ledger } from '../ledger/ledger.ts';
import { HoldNotFoundError } from '../ledger/model/errors.ts';
import { type HoldEvent, statusAfter } from '../ledger/model/hold-transitions.ts';
import type { Hold } from '../ledger/model/types.ts';
import type { Outcome } from './outcome.ts';

/** A hold as callers see it, without the grants that it reserves. */
export type HoldFacts = Omit<Hold, 'parts'>;

export interface Held extends Outcome {
  readonly hold: HoldFacts;
}

/** Finds a hold to which this can happen. @throws HoldNotFoundError, HoldNotOpenError. */
export async function findHoldFor(event: HoldEvent, { reads }: Pick<Ledger, 'reads'>, holdId: string): Promise<Hold> {
  const hold = await reads.holdById(holdId);
  if (!hold) throw new HoldNotFoundError(holdId);
  statusAfter(hold, event);
  return hold;
}
