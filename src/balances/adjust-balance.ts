import { z } from 'zod';
import { refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import * as schema from '../values/input.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { PlaceHoldDeps } from './place-hold.ts';
import { atPath } from './refusal-paths.ts';

const adjustInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  remaining: schema.notNegative.nullish().transform((remaining) => remaining ?? null),
  by: schema.notZero.nullish().transform((by) => by ?? null),
  reason: schema
    .text(500)
    .nullish()
    .transform((reason) => reason ?? null),
  idempotencyKey: schema.idempotencyKey.nullish(),
});

/**
 * Corrects a balance by an amount or to an amount. Upward it makes a grant, which repays an
 * overdraft first. Downward it takes from the grants in burn-down order, never below zero. The same
 * key and input again gives the first answer, `replayed`.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError, IdempotencyConflictError;
 * and the retryable errors of `Ledger.post`.
 */
export async function adjustBalance(
  { catalog, ledger, ids, madeBy }: Pick<PlaceHoldDeps, 'catalog' | 'ledger' | 'ids' | 'madeBy'>,
  input: unknown,
): Promise<Outcome> {
  const { idempotencyKey: key, ...request } = schema.readInput(adjustInput, input);
  const { customerId, featureId, reason } = request;
  const { to, given } = readGoal(request);
  if ((await catalog.typeOf(featureId)) === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: it has no balance');
  const posted = await ledger
    .post({
      customerId,
      postings: [{ verb: 'adjust', featureId, grantId: ids.next('grant'), to, reason }],
      madeBy,
      ...(key ? { idempotency: { key, fingerprint: fingerprint('adjustBalance', request) } } : {}),
    })
    .catch(atPath({ amount: given, by: given }));
  return outcomeOf(ledger, posted);
}

/**
 * Exactly one of the two must be set, which GraphQL cannot say of an input with other fields.
 * @throws InvalidInputError.
 */
function readGoal({ remaining, by }: Pick<z.infer<typeof adjustInput>, 'remaining' | 'by'>) {
  if (remaining !== null && by === null) return { to: { remaining }, given: 'remaining' };
  if (by !== null && remaining === null) return { to: { by }, given: 'by' };
  return refuseInput([], 'must have exactly one of "remaining" and "by"', by === null ? 'REQUIRED' : 'NOT_ALLOWED');
}
