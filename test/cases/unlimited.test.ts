import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  advanceClock,
  attach,
  balanceOf,
  check,
  createCustomer,
  createFeature,
  createPlan,
  grant,
  ledgerOf,
  prepaid,
  track,
} from '../support/shop.ts';

const WORDS = 'words';
const START = new Date('2026-01-31T12:00:00.000Z');

describe('an unlimited plan', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim({ clock: { now: () => START }, config: { testClocks: true } });
    await createFeature(brim, WORDS);
    const unlimited = { featureId: WORDS, unlimited: true };
    await createPlan(brim, { id: 'all', addOn: true, items: [unlimited] });
    await createPlan(brim, { id: 'all_monthly', addOn: true, items: [{ ...unlimited, reset: { unit: 'MONTH' } }] });
    await createPlan(brim, { id: 'all_week', addOn: true, items: [{ ...unlimited, expiresAfter: { unit: 'WEEK' } }] });
    await createPlan(brim, { id: 'packs', addOn: true, items: [{ featureId: WORDS, price: prepaid('10') }] });
  });
  afterAll(() => brim.close());

  /** A customer with this plan, and 20 of its own. */
  async function hold(customerId: string, planId: string) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: WORDS, amount: '20' });
    await attach(brim, { customerId, planId });
  }
  const use = (customerId: string, value: string, more: Record<string, unknown> = {}) =>
    track(brim, { customerId, featureId: WORDS, value, ...more });

  it('D11: is counted in usage; granted and remaining stay those of the finite grants', async () => {
    await hold('d11', 'all');
    await use('d11', '1000');
    await use('d11', '0.5');
    expect(await balanceOf(brim, 'd11', WORDS)).toEqual({
      granted: '20',
      remaining: '20',
      held: '0',
      usage: '1000.5',
      unlimited: true,
      version: 4,
    });
    expect((await ledgerOf(brim, 'd11')).slice(2)).toMatchObject([
      { kind: 'USAGE', amount: '0', requested: '1000', remainingBefore: '20', remainingAfter: '20' },
      { kind: 'USAGE', amount: '0', requested: '0.5' },
    ]);
  });

  it('D12: is used, and the finite grant beside it is not, no matter how more is asked than that one has', async () => {
    await hold('d12', 'all');
    for (const onShortfall of ['CAP', 'REJECT', 'OVERDRAW'])
      expect(await use('d12', '50', { onShortfall })).toMatchObject({
        applied: '50',
        shortfall: '0',
        balance: { remaining: '20' },
      });
    const { customer } = await brim.data(
      `{ customer(id: "d12") { balance(featureId: "${WORDS}") { grants { unlimited granted remaining } } } }`,
    );
    expect(customer.balance.grants).toEqual([
      { unlimited: true, granted: '0', remaining: '0' },
      { unlimited: false, granted: '20', remaining: '20' },
    ]);
  });

  it('is checked yes, whatever is asked', async () => {
    await hold('asker', 'all');
    for (const required of ['1', '20.000000000001', '99999999999999999999999999']) {
      const answer = { allowed: true, shortfall: '0', offers: [], balance: { remaining: '20', unlimited: true } };
      expect(await check(brim, { customerId: 'asker', featureId: WORDS, required })).toMatchObject(answer);
    }
  });

  it('begins its count anew when it resets', async () => {
    await hold('counter', 'all_monthly');
    await use('counter', '70');
    const boundary = await advanceClock(brim, { by: { unit: 'MONTH' } });
    expect(await balanceOf(brim, 'counter', WORDS)).toMatchObject({ usage: '0', remaining: '20', unlimited: true });
    expect((await ledgerOf(brim, 'counter')).at(-1)).toMatchObject({ kind: 'RESET', amount: '0', occurredAt: boundary });
    await use('counter', '3');
    expect(await balanceOf(brim, 'counter', WORDS)).toMatchObject({ usage: '3' });
  });

  it('takes its use with it when it expires; then what remains is all there is, and offers are made', async () => {
    await hold('ender', 'all_week');
    await use('ender', '70');
    await advanceClock(brim, { by: { unit: 'WEEK' } });
    expect(await balanceOf(brim, 'ender', WORDS)).toMatchObject({ granted: '20', remaining: '20', usage: '0', unlimited: false });
    expect((await ledgerOf(brim, 'ender')).at(-1)).toMatchObject({ kind: 'EXPIRY', amount: '0' });
    expect(await use('ender', '21', { onShortfall: 'REJECT' })).toMatchObject({
      __typename: 'InsufficientBalanceError',
      remaining: '20',
      offers: [{ plan: { id: 'packs' }, quantity: '100' }],
    });
    expect(await use('ender', '21')).toMatchObject({ applied: '20', shortfall: '1' });
  });
});

describe('a boolean feature', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, { id: 'dark_mode', type: 'BOOLEAN' });
    await createPlan(brim, { id: 'pro', items: [{ featureId: 'dark_mode' }] });
    await createCustomer(brim, 'ada');
  });
  afterAll(() => brim.close());

  it('is had with a plan that names it, and has no balance', async () => {
    const asked = { customerId: 'ada', featureId: 'dark_mode' };
    const answer = { feature: { id: 'dark_mode' }, balance: null, balances: [], offers: [], limitedBy: null };
    expect(await check(brim, asked)).toEqual({ ...answer, allowed: false, required: '1', shortfall: '1' });
    await attach(brim, { customerId: 'ada', planId: 'pro' });
    expect(await check(brim, asked)).toEqual({ ...answer, allowed: true, required: '1', shortfall: '0' });
    const { customer } = await brim.data('{ customer(id: "ada") { balance(featureId: "dark_mode") { id } balances { id } } }');
    expect(customer).toEqual({ balance: null, balances: [] });
  });

  it('cannot be used up', async () => {
    expect(await track(brim, { customerId: 'ada', featureId: 'dark_mode' })).toEqual({
      __typename: 'InvalidInputError',
      message: expect.any(String),
      issues: [{ path: ['featureId'], message: 'is a boolean feature: there is nothing to use up' }],
    });
  });

  it('that a later version of the plan leaves out stays with who has the earlier', async () => {
    await createFeature(brim, { id: 'themes', type: 'BOOLEAN' });
    await brim.data(
      'mutation { updatePlan(input: { id: "pro", items: [{ featureId: "themes" }] }) { __typename ... on Error { message } } }',
    );
    expect(await check(brim, { customerId: 'ada', featureId: 'dark_mode' })).toMatchObject({ allowed: true });
    expect(await check(brim, { customerId: 'ada', featureId: 'themes' })).toMatchObject({ allowed: false });
    await createCustomer(brim, 'bob');
    await attach(brim, { customerId: 'bob', planId: 'pro' });
    expect(await check(brim, { customerId: 'bob', featureId: 'themes' })).toMatchObject({ allowed: true });
  });
});
