import { z } from 'zod';
import { balanceAfter } from '../ledger/model/account-state.ts';
import { type Balance, entryIdOf, type Grant, type LedgerEntry } from '../ledger/model/types.ts';
import { readAfterCommit } from '../values/after-commit.ts';
import { refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import type { Ids } from '../values/ids.ts';
import * as schema from '../values/input.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

const grantInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  amount: schema.positive,
  expiresAt: schema.instant.nullish().transform((instant) => instant ?? null),
  reason: schema
    .text(500)
    .nullish()
    .transform((reason) => reason ?? null),
  idempotencyKey: schema.idempotencyKey.nullish(),
});

/** The new grant, its entry and the balance after it. */
export interface Given {
  readonly grant: Grant;
  readonly entry: LedgerEntry;
  readonly balance: Balance;
  /** True where the key was used before, and nothing was given now. */
  readonly replayed: boolean;
}

/**
 * Grants an amount by hand, with a reason. The same key and input again gives the first answer.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError, IdempotencyConflictError;
 * and the retryable errors of `Ledger.post`.
 */
export async function grantBalance(
  { catalog, ledger, ids, madeBy }: Pick<TrackDeps, 'catalog' | 'ledger' | 'madeBy'> & { readonly ids: Ids },
  input: unknown,
): Promise<Given> {
  const { idempotencyKey: key, ...request } = schema.readInput(grantInput, input);
  const { customerId, featureId, amount, expiresAt, reason } = request;
  if ((await catalog.typeOf(featureId)) === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: it has no balance');
  const grant = { id: ids.next('grant'), featureId, origin: 'MANUAL', purchaseId: null, amount, unlimited: false } as const;
  const { entries, replayed, grantAfter } = await ledger
    .post({
      customerId,
      postings: [{ verb: 'grant', grant: { ...grant, reset: null, rollover: null, expiresAt }, reason }],
      madeBy,
      ...(key ? { idempotency: { key, fingerprint: fingerprint('grantBalance', request) } } : {}),
    })
    .catch(atPath({ amount: 'amount' }));
  const [entry] = entries;
  // The allocation of the new grant is the last: that of a repaid overdraft comes before it.
  const grantId = entry?.allocations.at(-1)?.grantId;
  if (!entry || grantId === undefined) throw new Error('a grant was posted without an entry');
  const made = grantAfter?.({ featureId, id: grantId });
  if (made) return { grant: made, entry, balance: balanceAfter(entry), replayed };
  return readAfterCommit({ entryId: entryIdOf(entry) }, async () => {
    const [earlier, balance] = await Promise.all([ledger.reads.grant({ customerId, id: grantId }), ledger.reads.balance(entry)]);
    if (!earlier) throw new Error('a grant was posted and is not there');
    return { grant: earlier, entry, balance, replayed };
  });
}
