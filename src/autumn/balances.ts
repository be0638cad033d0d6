import { z } from 'zod';
import { adjustBalance } from '../balances/adjust-balance.ts';
import { grantBalance } from '../balances/grant-balance.ts';
import { track, trackBatch } from '../balances/track.ts';
import { DomainError, InvalidInputError, NotTrackedError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { toBalances } from './mappers/balance.ts';
import { accepting, amount, facts, flag, optionalAmount, optionalInstant, text } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

/**
 * The fields of one use. Brim accepts `async` and ignores it: a use is always in the ledger before
 * the answer.
 */
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

const useNames = { onShortfall: 'overage_behavior', occurredAt: 'timestamp' };

/** The verbs that change a balance at once. `locks.ts` has those that reserve first. */
export function balanceVerbs(deps: AutumnDeps): Verbs {
  return {
    'balances.track': {
      scopes: ['TRACK'],
      names: useNames,
      repeats: 'by-key',
      audit: 'ledger',
      async run({ body, idempotencyKey, madeBy, withoutCustomerData }) {
        const used = readUse(readInput(use, await withoutCustomerData(body)));
        const { applied, balances } = await track({ ...deps, madeBy }, { ...used, idempotencyKey });
        return { customer_id: used.customerId, value: applied, ...toBalances(balances) };
      },
    },
    'balances.batch_track': {
      scopes: ['TRACK'],
      names: useNames,
      repeats: 'by-key',
      audit: 'ledger',
      status: 202,
      async run({ body, idempotencyKey, madeBy, withoutCustomerData }) {
        const items = readInput(z.array(z.unknown(), 'must be a list'), body);
        const uses = await Promise.all(items.map((item) => readItem(item, withoutCustomerData)));
        const results = await trackReadable({ ...deps, madeBy }, uses, idempotencyKey);
        const missing = results.flatMap((result, index) => (result instanceof Error ? [{ index, error: result }] : []));
        if (missing.length > 0) throw new BatchIncompleteError(results.length, missing);
        return { success: true };
      },
    },
    'balances.create': {
      scopes: ['PURCHASES'],
      names: { amount: 'included_grant' },
      repeats: 'by-key',
      audit: 'before',
      async run({ body, idempotencyKey, madeBy }) {
        const { customer_id: customerId, feature_id: featureId, included_grant, expires_at } = readInput(createInput, body);
        await grantBalance(
          { ...deps, madeBy },
          { customerId, featureId, amount: included_grant, expiresAt: expires_at, idempotencyKey },
        );
        return { success: true };
      },
    },
    'balances.update': {
      scopes: ['PURCHASES'],
      names: { by: 'add_to_balance' },
      repeats: 'by-key',
      audit: 'before',
      async run({ body, idempotencyKey, madeBy }) {
        const { customer_id: customerId, feature_id: featureId, remaining, add_to_balance: by } = readInput(updateInput, body);
        await adjustBalance({ ...deps, madeBy }, { customerId, featureId, remaining, by, idempotencyKey });
        return { success: true };
      },
    },
  };
}

function readUse({ customer_id: customerId, feature_id: featureId, value, properties, ...rest }: z.output<typeof use>) {
  const onShortfall = rest.overage_behavior ? POLICIES[rest.overage_behavior] : undefined;
  return { customerId, featureId, value, properties, occurredAt: rest.timestamp, onShortfall };
}

/** Reads one use of a list. An error in it is returned, so that it does not refuse the others. */
async function readItem(
  item: unknown,
  withoutCustomerData: Call['withoutCustomerData'],
): Promise<ReturnType<typeof readUse> | InvalidInputError> {
  try {
    return readUse(readInput(use, await withoutCustomerData(item)));
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}

/**
 * Tracks the uses that could be read. The result of each, or its error, stands at its index in the
 * list. The idempotency key of each is made of that index, also if an earlier one could not be
 * read.
 */
async function trackReadable(
  deps: AutumnDeps & Pick<Call, 'madeBy'>,
  uses: readonly Awaited<ReturnType<typeof readItem>>[],
  key: string | undefined,
) {
  const keyed = uses.map((used, index) =>
    used instanceof Error || key === undefined ? used : { ...used, idempotencyKey: `${key}:${index}` },
  );
  const readable = keyed.filter((used) => !(used instanceof Error));
  if (readable.length === 0 && uses.length > 0) return keyed;
  const tracked = [...(await trackBatch(deps, readable))];
  return keyed.map((used) => (used instanceof Error ? used : (tracked.shift() ?? used)));
}

/**
 * Some uses of a batch were tracked and others were not. Sending all again counts twice, unless
 * with the same idempotency key.
 */
class BatchIncompleteError extends DomainError {
  readonly code = 'BATCH_INCOMPLETE';

  constructor(count: number, missing: readonly Missing[]) {
    const unknown = missing.filter(({ error }) => error instanceof NotTrackedError && error.isUnknown);
    const refused = missing.filter((each) => !unknown.includes(each));
    super(
      [
        `${count - missing.length} of ${count} were tracked.`,
        ...(refused.length > 0 ? [`Not tracked, by their place in the list: ${reasonsOf(refused)}`] : []),
        ...(unknown.length > 0 ? [`Not known whether tracked, by their place in the list: ${reasonsOf(unknown)}`] : []),
      ].join(' '),
    );
  }
}

interface Missing {
  readonly index: number;
  readonly error: Error;
}

function reasonsOf(missing: readonly Missing[]): string {
  return missing.map(({ index, error }) => `${index}: ${error.message}`).join('; ');
}
