/**
 * Every kind of entry is pushed: a subscriber sees each movement of a balance, although no code
 * publishes it.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LEDGER_ENTRY_KINDS, type LedgerEntryKind } from '../../src/ledger/model/types.ts';
import { type Answer, openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import {
  answerPage,
  attach,
  createCustomer,
  createFeature,
  createPlan,
  grant,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const WORDS = 'words';
const MONTHLY = { unit: 'MONTH' };

let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openBrim({ config: { testClocks: true } });
  await createFeature(brim, WORDS);
  await createPlan(brim, {
    id: 'rolling',
    items: [{ featureId: WORDS, included: '40', reset: MONTHLY, rollover: { max: '100' } }],
  });
  await createPlan(brim, { id: 'sold', addOn: true, items: [{ featureId: WORDS, price: prepaid('10') }] });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

/** Does one thing, and expects that it succeeded. */
async function perform(verb: string, input: Record<string, unknown>, selection = ''): Promise<Answer['data']> {
  const name = `${verb[0]?.toUpperCase()}${verb.slice(1)}`;
  const { [verb]: payload } = await brim.data(
    `mutation ($input: ${name}Input!) { ${verb}(input: $input) { __typename ... on Error { message } ... on ${name}Success { ${selection || '__typename'} } } }`,
    { input },
  );
  expect(payload).toMatchObject({ __typename: `${name}Success` });
  return payload;
}

const give = (customerId: string, more: Record<string, unknown> = {}) =>
  grant(brim, { customerId, featureId: WORDS, amount: '10', ...more });
const use = (customerId: string) => track(brim, { customerId, featureId: WORDS, value: '4' });
const hold = async (customerId: string): Promise<string> => {
  const { hold: placed } = await perform('placeHold', { customerId, featureId: WORDS, amount: '4' }, 'hold { id }');
  return placed.id;
};
const passAMonth = () => perform('advanceClock', { by: { unit: 'DAY', count: 31 } });
const roll = (customerId: string) => perform('attachPlan', { customerId, planId: 'rolling' });

/** Buys 100, and returns the purchase and its charge. */
async function buy(customerId: string): Promise<{ readonly purchaseId: string; readonly charge: string }> {
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId: 'sold', featureQuantities: wanting('100', WORDS) });
  expect((await answerPage(checkoutUrl)).status).toBe(303);
  await untilStatus(brim, purchase.id, 'ACTIVE');
  const [payment] = await sql.rows('SELECT charge_id FROM payment WHERE purchase_id = $1', [purchase.id]);
  return { purchaseId: String(purchase.id), charge: String(payment?.['charge_id']) };
}

/** For each kind: what comes before it, and what causes it. */
const CAUSES: Record<LedgerEntryKind, (customerId: string) => Promise<() => Promise<unknown>>> = {
  GRANT: async (id) => () => give(id),
  CLAWBACK: async (id) => {
    const { purchaseId } = await buy(id);
    return () => perform('refundPurchase', { purchaseId });
  },
  REINSTATEMENT: async (id) => {
    const { charge } = await buy(id);
    const { disputes } = sandboxOf(brim);
    const { id: disputeId } = await disputes.open(charge);
    await vi.waitFor(
      async () =>
        expect(await sql.rows(`SELECT remaining FROM balance WHERE customer_id = $1 AND remaining = 0`, [id])).toHaveLength(1),
      { timeout: patience(10_000) },
    );
    return () => disputes.close(disputeId, 'won');
  },
  USAGE: async (id) => {
    await give(id);
    return () => use(id);
  },
  REVERSAL: async (id) => {
    await give(id);
    const { entry } = await use(id);
    return () => perform('reverseUsage', { entryId: entry.id });
  },
  RESET: async (id) => {
    await roll(id);
    await track(brim, { customerId: id, featureId: WORDS, value: '40' });
    return passAMonth;
  },
  ROLLOVER: async (id) => {
    await roll(id);
    return passAMonth;
  },
  EXPIRY: async (id) => {
    const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { createdAt } }', { id });
    await give(id, { expiresAt: new Date(Date.parse(customer.createdAt) + 86_400_000).toISOString() });
    return passAMonth;
  },
  ADJUSTMENT: async (id) => () => perform('adjustBalance', { customerId: id, featureId: WORDS, by: '3', reason: 'sorry' }),
  HOLD: async (id) => {
    await give(id);
    return () => hold(id);
  },
  SETTLE: async (id) => {
    await give(id);
    const holdId = await hold(id);
    return () => perform('settleHold', { holdId, amount: '3' });
  },
  RELEASE: async (id) => {
    await give(id);
    const holdId = await hold(id);
    return () => perform('releaseHold', { holdId });
  },
  VOID: async (id) => {
    const { grant: made } = await give(id);
    return () => perform('voidGrant', { grantId: made.id });
  },
};

test('every kind of entry is tested here', () => {
  expect(Object.keys(CAUSES).toSorted()).toEqual([...LEDGER_ENTRY_KINDS].toSorted());
});

describe('a subscriber gets exactly the entry of', () => {
  test.each(Object.entries(CAUSES))('%s', async (kind, prepare) => {
    const customerId = `of-${kind}`;
    await createCustomer(brim, customerId);
    const cause = await prepare(customerId);
    const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { sequence } }', { id: customerId });
    const pushes = subscribe(
      brim.socket(),
      `subscription ($customerId: ID!, $after: SafeInt!) { balanceChanged(customerId: $customerId, after: $after) {
         cause sequence balance { version remaining held granted usage } entry { sequence kind amount remainingAfter }
       } }`,
      { customerId, after: customer.sequence },
    );
    const [, [{ balanceChanged: pushed }]] = await Promise.all([cause(), take(pushes, 1)]);

    const { customer: now } = await brim.data(
      `query ($id: ID!) { customer(id: $id) { sequence ledger { nodes { sequence kind amount remainingAfter } } } }`,
      { id: customerId },
    );
    const since = now.ledger.nodes.filter((entry: { sequence: number }) => entry.sequence > customer.sequence).toReversed();
    expect(since.filter((entry: { kind: string }) => entry.kind === kind)).toHaveLength(1);
    expect(pushed).toMatchObject({ cause: 'LEDGER', entry: { kind }, sequence: customer.sequence + 1 });
    expect(pushed.entry).toEqual(since[0]);
    expect(pushed.balance).toMatchObject({ version: since[0].sequence, remaining: since[0].remainingAfter });
    // What comes with it (the reset of a rollover's month) is pushed, too, and nothing else is.
    const rest = await take(pushes, since.length - 1);
    expect(rest.map(({ balanceChanged: { entry } }) => entry)).toEqual(since.slice(1));
    await pushes.return();
  });
});
