import { z } from 'zod';
import type { Ledger } from '../ledger/ledger.ts';
import { balanceAfter } from '../ledger/model/account-state.ts';
import { GrantNotFoundError } from '../ledger/model/errors.ts';
import type { Balance, Grant, LedgerEntry } from '../ledger/model/types.ts';
import { refuseInput } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import { atPath } from './refusal-paths.ts';

export interface Voided {
  readonly grant: Grant;
  /** The entry that ended it. */
  readonly entry: LedgerEntry;
  readonly balance: Balance;
}

const voidInput = z.object({
  grantId: schema.id,
  reason: schema
    .text(500)
    .nullish()
    .transform((reason) => reason ?? null),
});

/**
 * Ends a grant early. Nothing of it remains, and what is held stays held until the hold ends.
 * Voiding it again changes nothing.
 * @throws InvalidInputError, GrantNotFoundError; and the retryable errors of `Ledger.post`.
 */
export async function voidGrant(
  { ledger, madeBy }: { readonly ledger: Pick<Ledger, 'post' | 'reads'>; readonly madeBy?: string | undefined },
  input: unknown,
): Promise<Voided> {
  const { grantId, reason } = schema.readInput(voidInput, input);
  const named = await ledger.reads.grantById(grantId);
  if (!named) throw new GrantNotFoundError(grantId);
  const { customerId, featureId } = named;
  const { entries, grantAfter } = await ledger
    .post({ customerId, postings: [{ verb: 'void', featureId, grantId, reason }], madeBy })
    .catch(atPath({ amount: 'grantId' }));
  const [entry] = entries;
  const ended = entry && grantAfter?.({ featureId, id: grantId });
  if (ended) return { grant: ended, entry, balance: balanceAfter(entry) };
  const grant = await ledger.reads.grant({ customerId, id: grantId });
  if (!grant) throw new GrantNotFoundError(grantId);
  return endedBefore(ledger, grant);
}

/** @throws InvalidInputError if it was not voided but has expired. */
async function endedBefore({ reads }: Pick<Ledger, 'reads'>, grant: Grant): Promise<Voided> {
  const { customerId, endedAt, endedSequence } = grant;
  const entry = endedSequence === null ? null : await reads.entry({ customerId, sequence: endedSequence });
  if (!entry) throw new Error('a grant ended without an entry');
  if (entry.kind === 'EXPIRY') refuseInput(['grantId'], `has expired, at ${endedAt?.toISOString()}: nothing of it is left`);
  return { grant, entry, balance: await reads.balance(grant) };
}
