import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  adjustBalance,
  balanceOf,
  createCustomer,
  createCustomerToken,
  createFeature,
  createPlan,
  grant,
  grantsOf,
  ledgerLines,
  placeHold,
  releaseHold,
  settleHold,
  useInFull,
  voidGrant,
} from '../support/shop.ts';

const TOKENS = 'tokens';

let brim: TestBrim;
let customers = 0;

beforeAll(async () => {
  brim = await openBrim();
  await createFeature(brim, TOKENS);
});
afterAll(() => brim.close());

async function openBalance(...amounts: readonly string[]): Promise<string> {
  customers += 1;
  const customerId = `customer-${customers}`;
  await createCustomer(brim, customerId);
  for (const amount of amounts) await grant(brim, { customerId, featureId: TOKENS, amount });
  return customerId;
}

const adjust = (customerId: string, change: Record<string, unknown>) =>
  adjustBalance(brim, { customerId, featureId: TOKENS, ...change });
const spend = (customerId: string, value: string, more: Record<string, unknown> = {}) =>
  useInFull(brim, { customerId, featureId: TOKENS, value, ...more });

const refusedAt = (path: readonly string[], says: string) => ({
  __typename: 'InvalidInputError',
  issues: [{ path, message: expect.stringContaining(says) }],
});

describe('an adjustment', () => {
  it('upward is a grant by hand; usage stays as it is', async () => {
    const customerId = await openBalance('100');
    await spend(customerId, '30');
    expect(await adjust(customerId, { by: '5.5', reason: 'sorry' })).toMatchObject({
      entry: { kind: 'ADJUSTMENT', amount: '5.5', reason: 'sorry', allocations: [{ amount: '5.5', granted: '5.5' }] },
      balance: { granted: '105.5', remaining: '75.5', usage: '30' },
      replayed: false,
    });
    expect(await grantsOf(brim, customerId, TOKENS)).toMatchObject([{ remaining: '70' }, { origin: 'MANUAL', remaining: '5.5' }]);
  });

  it('downward comes off the grants in their order; usage stays as it is', async () => {
    const customerId = await openBalance('10', '20');
    await spend(customerId, '4');
    expect(await adjust(customerId, { by: '-9' })).toMatchObject({
      entry: {
        amount: '-9',
        allocations: [
          { amount: '-6', granted: '-6' },
          { amount: '-3', granted: '-3' },
        ],
      },
      balance: { granted: '21', remaining: '17', usage: '4' },
    });
  });

  it('to what should remain goes up, down, or nowhere, and stands in the ledger', async () => {
    const customerId = await openBalance('10');
    expect(await adjust(customerId, { remaining: '25' })).toMatchObject({
      entry: { amount: '15' },
      balance: { remaining: '25' },
    });
    expect(await adjust(customerId, { remaining: '7' })).toMatchObject({ entry: { amount: '-18' }, balance: { remaining: '7' } });
    expect(await adjust(customerId, { remaining: '7' })).toMatchObject({ entry: { amount: '0' }, balance: { remaining: '7' } });
    expect(await adjust(customerId, { remaining: '0' })).toMatchObject({ entry: { amount: '-7' }, balance: { remaining: '0' } });
    expect((await ledgerLines(brim, customerId)).length).toBe(5);
  });

  it('of what was never granted begins it', async () => {
    const customerId = await openBalance();
    expect(await adjust(customerId, { remaining: '3' })).toMatchObject({ balance: { granted: '3', remaining: '3', version: 1 } });
  });

  it('below zero is refused, and what is held is not there to take', async () => {
    const customerId = await openBalance('10');
    await placeHold(brim, { customerId, featureId: TOKENS, amount: '4' });
    expect(await adjust(customerId, { by: '-6.1' })).toMatchObject(refusedAt(['by'], 'must be at least -6: no more than that'));
    expect(await adjust(customerId, { remaining: '0' })).toMatchObject({ balance: { remaining: '0', held: '4', granted: '4' } });
  });

  it('repays what is overdrawn first', async () => {
    const customerId = await openBalance('10');
    await spend(customerId, '15', { onShortfall: 'OVERDRAW' });
    expect(await adjust(customerId, { by: '-1' })).toMatchObject(refusedAt(['by'], 'must be above zero: nothing remains'));
    expect(await adjust(customerId, { by: '3' })).toMatchObject({ balance: { remaining: '-2', usage: '15' } });
    expect(await adjust(customerId, { remaining: '4' })).toMatchObject({
      entry: { amount: '6', allocations: [{ amount: '2' }, { amount: '4' }] },
      balance: { remaining: '4', usage: '15' },
    });
  });

  it('with the same key and input is made once; with another input it is a conflict', async () => {
    const customerId = await openBalance('10');
    const first = await adjust(customerId, { by: '5', idempotencyKey: 'k' });
    await spend(customerId, '1');
    const again = await adjust(customerId, { by: '5', idempotencyKey: 'k' });
    expect(again).toMatchObject({ entry: first.entry, replayed: true, balance: { remaining: '14' } });
    expect(await adjust(customerId, { remaining: '5', idempotencyKey: 'k' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
  });

  it('is pushed, and keeps its reason to the app', async () => {
    const customerId = await openBalance('10');
    const page = subscribe(
      brim.socket(await createCustomerToken(brim, customerId)),
      'subscription { balanceChanged { balance { remaining } entry { kind amount reason } } }',
    );
    await take(page, 1);
    await adjust(customerId, { by: '5', reason: 'sorry' });
    const entry = { kind: 'ADJUSTMENT', amount: '5', reason: null };
    expect(await take(page, 1)).toEqual([{ balanceChanged: { balance: { remaining: '15' }, entry } }]);
  });
});

describe('a grant that is voided', () => {
  it('has ended: nothing of it is left, and what was used of it counts no more', async () => {
    const customerId = await openBalance('10', '20');
    const [first, second] = await grantsOf(brim, customerId, TOKENS);
    await spend(customerId, '4');
    expect(await voidGrant(brim, first.id, { reason: 'a mistake' })).toMatchObject({
      grant: { id: first.id, remaining: '0', held: '0', endedAt: expect.any(String) },
      entry: { kind: 'VOID', amount: '-6', reason: 'a mistake', allocations: [{ amount: '-6', granted: '-10' }] },
      balance: { granted: '20', remaining: '20', usage: '0' },
    });
    expect(await grantsOf(brim, customerId, TOKENS)).toMatchObject([{ id: second.id }, { id: first.id }]);
  });

  it('twice, or by many at once, is voided once, and every answer names what ended it', async () => {
    const customerId = await openBalance('10');
    const [given] = await grantsOf(brim, customerId, TOKENS);
    const answers = await Promise.all(Array.from({ length: 5 }, () => voidGrant(brim, given.id)));
    const [first] = answers;
    for (const answer of answers)
      expect(answer).toMatchObject({ grant: first.grant, entry: { id: first.entry.id, kind: 'VOID' } });
    await grant(brim, { customerId, featureId: TOKENS, amount: '7' });
    expect(await voidGrant(brim, given.id, { reason: 'again' })).toMatchObject({
      entry: { id: first.entry.id, reason: null },
      balance: { remaining: '7', version: 3 },
    });
    expect(await ledgerLines(brim, customerId)).toEqual(['GRANT 10 tokens', 'VOID -10 tokens', 'GRANT 7 tokens']);
  });

  it('that is used up is voided all the same', async () => {
    const customerId = await openBalance('10');
    const [given] = await grantsOf(brim, customerId, TOKENS);
    await spend(customerId, '10');
    expect(await voidGrant(brim, given.id)).toMatchObject({ entry: { amount: '0' }, balance: { granted: '0', usage: '0' } });
  });

  it('leaves what is held of it until the hold ends', async () => {
    const customerId = await openBalance('10');
    const [given] = await grantsOf(brim, customerId, TOKENS);
    const { hold: settled } = await placeHold(brim, { customerId, featureId: TOKENS, amount: '4' });
    const { hold: released } = await placeHold(brim, { customerId, featureId: TOKENS, amount: '3' });
    expect(await voidGrant(brim, given.id)).toMatchObject({
      grant: { remaining: '0', held: '7' },
      balance: { granted: '7', remaining: '0', held: '7', usage: '0' },
    });
    expect(await settleHold(brim, settled.id, '3')).toMatchObject({
      entries: [
        { kind: 'SETTLE', applied: '3' },
        { kind: 'VOID', amount: '-1' },
      ],
      balance: { granted: '3', remaining: '0', held: '3', usage: '0' },
    });
    expect(await releaseHold(brim, released.id)).toMatchObject({
      entries: [
        { kind: 'RELEASE', amount: '3' },
        { kind: 'VOID', amount: '-3' },
      ],
      balance: { granted: '0', remaining: '0', held: '0', usage: '0' },
    });
  });

  it('may be what a plan includes; it says where it came from', async () => {
    const items = [{ featureId: TOKENS, included: '50', reset: { unit: 'MONTH' }, rollover: { maxPercentage: 50 } }];
    await createPlan(brim, { id: 'monthly', items });
    const customerId = await openBalance();
    await brim.data(`mutation { attachPlan(input: { customerId: "${customerId}", planId: "monthly" }) { __typename } }`);
    const { customer } = await brim.data(
      `{ customer(id: "${customerId}") { balance(featureId: "${TOKENS}") { grants { id origin rollover { max maxPercentage } endedAt } } } }`,
    );
    const [included] = customer.balance.grants;
    expect(included).toMatchObject({ origin: 'INCLUDED', rollover: { max: null, maxPercentage: 50 }, endedAt: null });
    expect(await voidGrant(brim, included.id)).toMatchObject({ balance: { granted: '0', remaining: '0' } });
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '0' });
  });
});

describe('what cannot be voided', () => {
  it('is a grant that there is not', async () => {
    expect(await voidGrant(brim, 'gr_nothing')).toEqual({
      __typename: 'GrantNotFoundError',
      message: 'There is no grant with the id "gr_nothing".',
      grantId: 'gr_nothing',
    });
  });

  it('is an overdraft', async () => {
    const customerId = await openBalance();
    await spend(customerId, '5', { onShortfall: 'OVERDRAW' });
    const [overdraft] = await grantsOf(brim, customerId, TOKENS);
    expect(overdraft).toMatchObject({ origin: 'OVERDRAFT', remaining: '-5' });
    expect(await voidGrant(brim, overdraft.id)).toMatchObject(refusedAt(['grantId'], 'is an overdraft'));
  });
});
