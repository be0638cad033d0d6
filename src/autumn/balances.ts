import { z } from 'zod';
import { adjustBalance } from '../balances/adjust-balance.ts';
import { grantBalance } from '../balances/grant-balance.ts';
import { track, trackBatch } from '../balances/track.ts';
import { DomainError } from '../errors.ts';
import { readInput } from '../input.ts';
import { accepting, amount, facts, flag, optionalAmount, optionalInstant, text } from './fields.ts';
import { toBalances } from './shapes/balance.ts';
import type { AutumnDeps, Verbs } from './verb.ts';

/** Something that was used. `async` asks not to wait; a use is in the ledger before we answer, which is soon enough. */
const use = accepting({
  customer_id: text,
  feature_id: text,
  value: optionalAmount,
  properties: facts,
  timestamp: optionalInstant,
  overage_behavior: z.enum(['cap', 'overflow', 'reject']).nullish(),
  async: flag.nullish(),
});

const POLICIES = { cap: 'CAP', overflow: 'OVERDRAW', reject: 'REJECT' } as const;

const createInput = accepting({ customer_id: text, feature_id: text, included_grant: amount, expires_at: optionalInstant });
const updateInput = accepting({
  customer_id: text,
  feature_id: text,
  remaining: optionalAmount,
  add_to_balance: optionalAmount,
});

const useWords = { onShortfall: 'overage_behavior', occurredAt: 'timestamp' };

/** What moves a balance at once; `locks.ts` has what reserves first. */
export function balanceVerbs(deps: AutumnDeps): Verbs {
  return {
    'balances.track': {
      words: useWords,
      repeats: 'by-key',
      async run({ body, idempotencyKey }) {
        const used = readUse(readInput(use, body));
        const { applied, balances } = await track(deps, { ...used, idempotencyKey });
        return { customer_id: used.customerId, value: applied, ...toBalances(balances) };
      },
    },
    'balances.batch_track': {
      words: useWords,
      repeats: 'by-key',
      status: 202,
      async run({ body, idempotencyKey }) {
        const uses = readInput(z.array(use, 'must be a list'), body).map(readUse);
        const keyed = uses.map((used, index) => ({
          ...used,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}:${index}` }),
        }));
        const results = await trackBatch(deps, keyed);
        const refused = results.flatMap((result, index) => (result instanceof Error ? [{ index, reason: result.message }] : []));
        if (refused.length > 0) throw new BatchIncompleteError(results.length, refused);
        return { success: true };
      },
    },
    'balances.create': {
      words: { amount: 'included_grant' },
      repeats: 'by-key',
      async run({ body, idempotencyKey }) {
        const { customer_id: customerId, feature_id: featureId, included_grant, expires_at } = readInput(createInput, body);
        await grantBalance(deps, { customerId, featureId, amount: included_grant, expiresAt: expires_at, idempotencyKey });
        return { success: true };
      },
    },
    'balances.update': {
      words: { by: 'add_to_balance' },
      repeats: 'by-key',
      async run({ body, idempotencyKey }) {
        const { customer_id: customerId, feature_id: featureId, remaining, add_to_balance: by } = readInput(updateInput, body);
        await adjustBalance(deps, { customerId, featureId, remaining, by, idempotencyKey });
        return { success: true };
      },
    },
  };
}

function readUse({ customer_id: customerId, feature_id: featureId, value, properties, ...rest }: z.output<typeof use>) {
  const onShortfall = rest.overage_behavior ? POLICIES[rest.overage_behavior] : undefined;
  return { customerId, featureId, value, properties, occurredAt: rest.timestamp, onShortfall };
}

/** The others are tracked: sending all of them again would count them twice, unless with the same idempotency key. */
class BatchIncompleteError extends DomainError {
  readonly code = 'BATCH_INCOMPLETE';

  constructor(count: number, refused: readonly { readonly index: number; readonly reason: string }[]) {
    const reasons = refused.map(({ index, reason }) => `${index}: ${reason}`).join('; ');
    super(`${count - refused.length} of ${count} were tracked. Not tracked, by their place in the list: ${reasons}`);
  }
}
