import { z } from 'zod';
import * as schema from '../values/input.ts';
import { findHoldFor, type Held } from './hold.ts';
import { outcomeOf } from './outcome.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

const releaseInput = z.object({ holdId: schema.id });

/**
 * Gives the whole hold back.
 * @throws InvalidInputError, HoldNotFoundError, HoldNotOpenError; and the retryable errors of
 * `Ledger.post`.
 */
export async function releaseHold({ ledger, madeBy }: Pick<TrackDeps, 'ledger' | 'madeBy'>, input: unknown): Promise<Held> {
  const { holdId } = schema.readInput(releaseInput, input);
  const open = await findHoldFor('release', ledger, holdId);
  const posted = await ledger
    .post({ customerId: open.customerId, postings: [{ verb: 'release', holdId }], madeBy })
    .catch(atPath({ amount: 'holdId' }));
  const outcome = await outcomeOf(ledger, posted);
  return { ...outcome, hold: { ...open, status: 'RELEASED', endedAt: outcome.entry.recordedAt } };
}
