import type { Ledger } from '../ledger/ledger.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../ledger/model/errors.ts';
import type { Hold } from '../ledger/model/types.ts';
import type { Outcome } from './outcome.ts';

/** A hold as callers see it: which grants it reserves is the ledger's own affair. */
export type HoldFacts = Omit<Hold, 'parts'>;

export interface Held extends Outcome {
  readonly hold: HoldFacts;
}

/** Finds an open hold by its id. @throws HoldNotFoundError, HoldNotOpenError. */
export async function findOpenHold({ reads }: Pick<Ledger, 'reads'>, holdId: string): Promise<Hold> {
  const hold = await reads.holdById(holdId);
  if (!hold) throw new HoldNotFoundError(holdId);
  if (hold.status !== 'OPEN') throw new HoldNotOpenError(hold);
  return hold;
}
