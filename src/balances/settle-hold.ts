import { z } from 'zod';
import type { Decimal } from '../values/decimal.ts';
import * as schema from '../values/input.ts';
import { findHoldFor, type Held } from './hold.ts';
import { outcomeOf } from './outcome.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

/** What was used: applied + shortfall is the amount that the caller reported. */
export interface Settled extends Held {
  readonly applied: Decimal;
  readonly shortfall: Decimal;
}

const settleInput = z.object({
  holdId: schema.id,
  amount: schema.notNegative,
  properties: schema.jsonObject.nullish().transform((properties) => properties ?? null),
});

/**
 * Finishes a hold with what was really used. Of less than was held, the rest goes back. What goes
 * beyond the hold is taken as track takes it, as far as the balance goes. A hold ends once, so a
 * retry never counts twice: it is refused with the hold, which has the settled amount.
 * @throws InvalidInputError, HoldNotFoundError, HoldNotOpenError; and the retryable errors of
 * `Ledger.post`.
 */
export async function settleHold(
  { catalog, ledger, madeBy }: Pick<TrackDeps, 'catalog' | 'ledger' | 'madeBy'>,
  input: unknown,
): Promise<Settled> {
  const { holdId, amount, properties } = schema.readInput(settleInput, input);
  const open = await findHoldFor('settle', ledger, holdId);
  const { customerId, featureId } = open;
  const credits = await catalog.creditsFor(featureId);
  const posted = await ledger
    .post({ customerId, postings: [{ verb: 'settle', holdId, amount, credits, properties }], madeBy })
    .catch(atPath({ amount: 'amount' }));
  const outcome = await outcomeOf(ledger, posted);
  const { applied, recordedAt: endedAt } = outcome.entry;
  const settledAmount = applied ?? 0n;
  const hold = { ...open, status: 'SETTLED', settledAmount, endedAt } as const;
  return { ...outcome, hold, applied: settledAmount, shortfall: amount - settledAmount };
}
