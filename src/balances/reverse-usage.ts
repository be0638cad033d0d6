import { z } from 'zod';
import type { Decimal } from '../values/decimal.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import * as schema from '../values/input.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

/**
 * What was given back. entry, balance, requested and returned are those of the used feature, in its
 * units.
 */
export interface Reversed extends Outcome {
  readonly requested: Decimal;
  readonly returned: Decimal;
  readonly lost: readonly Lost[];
}

/** What could not go back to a grant, because the grant has ended or is full. */
export interface Lost {
  readonly customerId: string;
  readonly grantId: string;
  /** In the units of the grant's own feature. */
  readonly amount: Decimal;
}

const UNKNOWN_ENTRY = 'is not an entry of this ledger';

const reverseInput = z.object({
  entryId: z.string(),
  amount: schema.positive.nullish().transform((amount) => amount ?? null),
  reason: schema
    .text(500)
    .nullish()
    .transform((reason) => reason ?? null),
  idempotencyKey: schema.idempotencyKey.nullish(),
});

/**
 * Gives a use back to the grants that paid: all that is left of it, or its last part. Never gives
 * back more than was used. The same key and input again gives the first answer, `replayed`.
 * @throws InvalidInputError, IdempotencyConflictError; and the retryable errors of `Ledger.post`.
 */
export async function reverseUsage({ ledger, madeBy }: Pick<TrackDeps, 'ledger' | 'madeBy'>, input: unknown): Promise<Reversed> {
  const { idempotencyKey: key, ...request } = schema.readInput(reverseInput, input);
  const { entryId, amount, reason } = request;
  const { customerId, sequence } = readEntryId(entryId);
  const posted = await ledger
    .post({
      customerId,
      postings: [{ verb: 'reverse', sequence, amount, reason }],
      madeBy,
      ...(key ? { idempotency: { key, fingerprint: fingerprint('reverseUsage', request) } } : {}),
    })
    .catch((refusal: unknown) => {
      if (refusal instanceof CustomerNotFoundError) refuseInput(['entryId'], UNKNOWN_ENTRY, 'UNKNOWN');
      return atPath({ amount: 'amount' })(refusal);
    });
  const outcome = await outcomeOf(ledger, posted);
  const { requested, applied } = outcome.entry;
  const lost = outcome.entries.flatMap(({ allocations }) =>
    allocations
      .filter((each) => each.lost > 0n)
      .map(({ grantId, lost: lostAmount }) => ({ customerId, grantId, amount: lostAmount })),
  );
  return { ...outcome, requested: requested ?? 0n, returned: -(applied ?? 0n), lost };
}

/** Reads `customer:7`. The customer's id may contain colons. @throws InvalidInputError. */
function readEntryId(entryId: string): { readonly customerId: string; readonly sequence: bigint } {
  const colon = entryId.lastIndexOf(':');
  const customerId = schema.id.safeParse(entryId.slice(0, Math.max(colon, 0)));
  const sequence = entryId.slice(colon + 1);
  if (!customerId.success || !/^[1-9]\d{0,17}$/.test(sequence)) refuseInput(['entryId'], UNKNOWN_ENTRY, 'UNKNOWN');
  return { customerId: customerId.data, sequence: BigInt(sequence) };
}
