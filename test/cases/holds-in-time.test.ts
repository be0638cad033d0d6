import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  balanceOf,
  createCustomer,
  createFeature,
  createPlan,
  creditSystem,
  findHold,
  grant,
  ledgerLines,
  placeHold,
  releaseHold,
  reverseUsage,
  settleHold,
  useInFull,
  voidGrant,
} from '../support/shop.ts';

const TOKENS = 'tokens';
const CREDITS = 'credits';
const START = new Date('2026-01-31T12:00:00.000Z');

let brim: TestBrim;
let customers = 0;

beforeAll(async () => {
  brim = await openBrim({ clock: { now: () => START }, config: { testClocks: true } });
  await createFeature(brim, TOKENS);
  await createFeature(brim, creditSystem(CREDITS, { [TOKENS]: '0.2' }));
  const items = [{ featureId: TOKENS, included: '100', reset: { unit: 'MONTH' } }];
  await createPlan(brim, { id: 'monthly', items });
});
afterAll(() => brim.close());

async function openCustomer(): Promise<string> {
  customers += 1;
  await createCustomer(brim, `customer-${customers}`);
  return `customer-${customers}`;
}

async function openBalance(amount: string, more: Record<string, unknown> = {}): Promise<string> {
  const customerId = await openCustomer();
  await grant(brim, { customerId, featureId: TOKENS, amount, ...more });
  return customerId;
}

async function openMonthly(): Promise<string> {
  const customerId = await openCustomer();
  const { attachPlan } = await brim.data(
    `mutation { attachPlan(input: { customerId: "${customerId}", planId: "monthly" }) { __typename } }`,
  );
  expect(attachPlan.__typename).toBe('AttachPlanSuccess');
  return customerId;
}

async function pass(unit: string, count = 1): Promise<void> {
  const { advanceClock } = await brim.data(
    'mutation ($by: IntervalInput!) { advanceClock(input: { by: $by }) { __typename ... on Error { message } } }',
    { by: { unit, count } },
  );
  expect(advanceClock).toEqual({ __typename: 'AdvanceClockSuccess' });
}

/** An instant so many minutes ahead. */
function inMinutes(minutes: number): string {
  return new Date(brim.app.domain.clock.now().getTime() + minutes * 60_000).toISOString();
}

const place = (customerId: string, amount: string, more: Record<string, unknown> = {}) =>
  placeHold(brim, { customerId, featureId: TOKENS, amount, ...more });

describe('a hold whose time is over', () => {
  it('K6: is given back at its instant, is pushed, and cannot be settled any more', async () => {
    const customerId = await openBalance('15');
    const page = subscribe(
      brim.socket(),
      'subscription ($id: ID!) { balanceChanged(customerId: $id) { balance { remaining held } entry { kind amount occurredAt hold { id status } } } }',
      { id: customerId },
    );
    await take(page, 1);
    const { hold } = await place(customerId, '8', { expiresInSeconds: 60 });
    await take(page, 1);
    await pass('HOUR');
    const entry = { kind: 'RELEASE', amount: '8', occurredAt: hold.expiresAt, hold: { id: hold.id, status: 'EXPIRED' } };
    expect(await take(page, 1)).toEqual([{ balanceChanged: { balance: { remaining: '15', held: '0' }, entry } }]);

    const lapsed = { ...hold, status: 'EXPIRED', endedAt: hold.expiresAt };
    const refusal = { __typename: 'HoldNotOpenError', message: expect.stringContaining('expired already'), hold: lapsed };
    expect(await settleHold(brim, hold.id, '8')).toEqual(refusal);
    expect(await releaseHold(brim, hold.id)).toEqual(refusal);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '15', held: '0', usage: '0', version: 3 });
  });

  it('that nobody asked about is given back to the own balance and to the credits', async () => {
    const customerId = await openBalance('10');
    await grant(brim, { customerId, featureId: CREDITS, amount: '100' });
    const { hold } = await place(customerId, '50', { expiresInSeconds: 60, idempotencyKey: 'k' });
    await pass('MINUTE');
    expect(await findHold(brim, hold.id)).toMatchObject({ status: 'EXPIRED', endedAt: hold.expiresAt });
    expect(await place(customerId, '50', { expiresInSeconds: 60, idempotencyKey: 'k' })).toMatchObject({
      hold: { id: hold.id, status: 'EXPIRED' },
      balances: [
        { remaining: '10', held: '0' },
        { remaining: '100', held: '0' },
      ],
      replayed: true,
    });
  });
});

describe('a hold outlives', () => {
  it('a reset: what is held is not filled up again, and goes into the new period when it comes back', async () => {
    const customerId = await openMonthly();
    await useInFull(brim, { customerId, featureId: TOKENS, value: '30' });
    const { hold } = await place(customerId, '50', { expiresInSeconds: 30 * 86_400 });
    const { hold: lasting } = await place(customerId, '10', { expiresInSeconds: 30 * 86_400 });
    await pass('DAY', 29);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ granted: '100', remaining: '40', held: '60', usage: '0' });
    expect(await settleHold(brim, hold.id, '20')).toMatchObject({ balance: { remaining: '70', held: '10', usage: '20' } });
    expect(await releaseHold(brim, lasting.id)).toMatchObject({ balance: { remaining: '80', held: '0', usage: '20' } });
  });

  it('the expiry of its grant: what is used of it is used, and the rest is gone with the grant', async () => {
    const customerId = await openBalance('100', { expiresAt: inMinutes(10) });
    await useInFull(brim, { customerId, featureId: TOKENS, value: '30' });
    const { hold } = await place(customerId, '50', { expiresInSeconds: 3_600 });
    await pass('MINUTE', 20);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ granted: '50', remaining: '0', held: '50', usage: '0' });
    const settled = await settleHold(brim, hold.id, '20');
    expect(settled).toMatchObject({
      entry: { kind: 'SETTLE', amount: '30', held: '-50', applied: '20' },
      entries: [{ kind: 'SETTLE' }, { kind: 'EXPIRY', amount: '-30' }],
      balance: { granted: '0', remaining: '0', held: '0', usage: '0', version: 6 },
      applied: '20',
      shortfall: '0',
    });
    expect(settled.balances).toEqual([settled.balance]);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ version: 6 });
    // The use of a grant that has ended cannot be given back to it.
    expect(await reverseUsage(brim, settled.entry.id)).toMatchObject({
      requested: '20',
      returned: '0',
      lost: [{ amount: '20', grant: { remaining: '0' } }],
    });
  });

  it('the expiry of its grant, and comes to nothing when it is released, or lapses', async () => {
    const customerId = await openBalance('100', { expiresAt: inMinutes(10) });
    const { hold } = await place(customerId, '50', { expiresInSeconds: 3_600 });
    await place(customerId, '20', { expiresInSeconds: 3_600 });
    await pass('MINUTE', 20);
    expect(await releaseHold(brim, hold.id)).toMatchObject({
      entries: [
        { kind: 'RELEASE', amount: '50', held: '-50' },
        { kind: 'EXPIRY', amount: '-50' },
      ],
      balance: { granted: '20', remaining: '0', held: '20', usage: '0' },
    });
    await pass('HOUR');
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ granted: '0', remaining: '0', held: '0', usage: '0' });
    const told = ['GRANT 100', 'HOLD -50', 'HOLD -20', 'EXPIRY -30', 'RELEASE 50', 'EXPIRY -50', 'RELEASE 20', 'EXPIRY -20'];
    expect(await ledgerLines(brim, customerId)).toEqual(told.map((each) => `${each} ${TOKENS}`));
  });
});

describe('a grant that has expired', () => {
  it('is not voided any more, and the refusal says when it expired', async () => {
    const expiresAt = inMinutes(10);
    const customerId = await openCustomer();
    const { grant: given } = await grant(brim, { customerId, featureId: TOKENS, amount: '5', expiresAt });
    await pass('HOUR');
    expect(await voidGrant(brim, given.id)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['grantId'], message: `has expired, at ${expiresAt}: nothing of it is left` }],
    });
    expect(await ledgerLines(brim, customerId)).toEqual(['GRANT 5 tokens', 'EXPIRY -5 tokens']);
  });

  it('takes back nothing of what was used of it, and the answer says so', async () => {
    const customerId = await openBalance('5', { expiresAt: inMinutes(10) });
    const { grant: lasting } = await grant(brim, { customerId, featureId: TOKENS, amount: '10' });
    const { entry } = await useInFull(brim, { customerId, featureId: TOKENS, value: '8' });
    await pass('HOUR');
    const reversed = await reverseUsage(brim, entry.id, { idempotencyKey: 'k' });
    expect(reversed).toMatchObject({
      requested: '8',
      returned: '3',
      lost: [{ amount: '5', grant: { granted: '5', remaining: '0', endedAt: expect.any(String) } }],
      balance: { remaining: '10', usage: '0' },
      replayed: false,
    });
    expect(reversed.entry.allocations).toMatchObject([
      { grant: { id: lasting.id }, amount: '3' },
      { amount: '0', lost: '5' },
    ]);
    expect(await reverseUsage(brim, entry.id, { idempotencyKey: 'k' })).toEqual({ ...reversed, replayed: true });
  });
});

describe('a period that has begun', () => {
  it('is not made larger by giving a use of the last one back: what is full takes nothing, and the answer says so', async () => {
    const customerId = await openMonthly();
    const { entry } = await useInFull(brim, { customerId, featureId: TOKENS, value: '30' });
    await pass('DAY', 31);
    await useInFull(brim, { customerId, featureId: TOKENS, value: '10' });
    expect(await reverseUsage(brim, entry.id)).toMatchObject({
      requested: '30',
      returned: '10',
      lost: [{ amount: '20', grant: { granted: '100', remaining: '100', endedAt: null } }],
      balance: { granted: '100', remaining: '100', usage: '0' },
    });
  });
});
