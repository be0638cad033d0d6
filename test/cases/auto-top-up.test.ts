/** Balances that top themselves up with the saved card. The sandbox is the bank. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { intentsOf, saveCard, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import {
  advanceClock,
  answerPage,
  attach,
  autoTopUpOf,
  balanceOf,
  createCustomer,
  grant,
  MESSAGES,
  monthly,
  openShop,
  prepaid,
  seedAnd,
  setAutoTopUp,
  track,
} from '../support/shop.ts';
import { entriesOf, expectSound, openSql, type Sql, until } from '../support/witness.ts';

const HOUR = { unit: 'HOUR', count: 1 };

let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    catalogue: seedAnd({
      features: ['seats'],
      plans: [
        { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] },
        { id: 'club', addOn: true, items: [{ featureId: MESSAGES, price: monthly('10') }] },
        {
          id: 'pro',
          items: [{ featureId: MESSAGES, included: '100', reset: { unit: 'MONTH', count: 1 }, price: prepaid('10') }],
        },
        { id: 'small', addOn: true, items: [{ featureId: MESSAGES, price: { ...prepaid('10'), maxPurchase: '300' } }] },
        { id: 'cheap', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('0.10', '1') }] },
      ],
    }),
  });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});
beforeEach(() => sandboxOf(brim).declineNoMore());

const cards = () => ({ brim, stripe: stripeOf(brim), sql });
const remains = async (customerId: string) => (await balanceOf(brim, customerId)).remaining;
const untilRemains = (customerId: string, remaining: string) =>
  until(async () => expect(await remains(customerId)).toBe(remaining));
const untilStatus = (customerId: string, status: string) =>
  until(async () => {
    const found = await autoTopUpOf(brim, customerId);
    expect(found).toMatchObject({ status });
    return found;
  });
const purchasesOf = (customerId: string) =>
  sql.rows(
    `SELECT status::text, total::float8, automatic FROM purchase WHERE customer_id = $1 AND total IS NOT NULL ORDER BY created_at`,
    [customerId],
  );
/** A customer with a card and 100 messages. */
async function withHundred(customerId: string, card?: string): Promise<string> {
  const payer = await withCard(cards(), customerId, card);
  await grant(brim, { customerId, amount: '90' });
  return payer;
}
const use = (customerId: string, value: string) => track(brim, { customerId, value });

describe('auto top-up', () => {
  it('at 20, quantity 100: 100, track 85 leaves 15, and then there are 115 (A1)', async () => {
    const payer = await withHundred('a1');
    expect(await setAutoTopUp(brim, { customerId: 'a1' })).toEqual({
      __typename: 'SetAutoTopUpSuccess',
      autoTopUp: {
        ...{ feature: { id: MESSAGES }, plan: { id: 'top_up' }, threshold: '20', quantity: '100', status: 'IDLE' },
        ...{ maxPerMonth: { amount: '50', currency: 'usd' }, spentThisMonth: { amount: '0', currency: 'usd' } },
        ...{ lastAttemptAt: null, nextAttemptAt: null, failureReason: null, purchase: null },
      },
    });
    expect(await use('a1', '85')).toMatchObject({ balance: { remaining: '15' } });
    await untilRemains('a1', '115');
    expect(await untilStatus('a1', 'IDLE')).toMatchObject({
      ...{ spentThisMonth: { amount: '10' }, lastAttemptAt: expect.any(String), failureReason: null },
      purchase: { status: 'ACTIVE', automatic: true },
    });
    expect(await intentsOf(cards(), payer)).toEqual(['succeeded']);
    expect(await purchasesOf('a1')).toEqual([{ status: 'ACTIVE', total: 10, automatic: true }]);
    expect((await expectSound(sql, 'a1')).map(({ amount }) => amount)).toEqual([10, 90, -85, 100]);
  });

  it('fires exactly at the threshold, and not above it (A3)', async () => {
    await withHundred('a3');
    await setAutoTopUp(brim, { customerId: 'a3' });
    await use('a3', '79');
    expect(await autoTopUpOf(brim, 'a3')).toMatchObject({ status: 'IDLE' });
    await use('a3', '1');
    await untilRemains('a3', '120');
    expect((await entriesOf(sql, 'a3')).map(({ amount }) => amount)).toEqual([10, 90, -79, -1, 100]);
  });

  it('makes one charge of five uses at once (A5)', async () => {
    const payer = await withHundred('a5');
    await setAutoTopUp(brim, { customerId: 'a5', threshold: '50' });
    await Promise.all([1, 2, 3, 4, 5].map(() => use('a5', '20')));
    await untilRemains('a5', '100');
    await untilStatus('a5', 'IDLE');
    expect(await intentsOf(cards(), payer)).toEqual(['succeeded']);
  });

  it('makes one charge of very many uses at once', async () => {
    const many = 1_000;
    const payer = await withHundred('burst');
    await grant(brim, { customerId: 'burst', amount: String(many - 100) });
    await setAutoTopUp(brim, { customerId: 'burst', threshold: '50' });
    await Promise.all(Array.from({ length: many }, () => use('burst', '1')));
    await untilRemains('burst', '100');
    await untilStatus('burst', 'IDLE');
    expect(await intentsOf(cards(), payer)).toEqual(['succeeded']);
  });

  it('buys as many packs as bring the balance above the threshold, and is looked at when it is set', async () => {
    await withCard(cards(), 'deep');
    await track(brim, { customerId: 'deep', value: '260', onShortfall: 'OVERDRAW' });
    expect(await setAutoTopUp(brim, { customerId: 'deep' })).toMatchObject({ autoTopUp: { status: 'CHARGING' } });
    await untilRemains('deep', '50');
    expect(await purchasesOf('deep')).toEqual([{ status: 'ACTIVE', total: 30, automatic: true }]);
  });

  it('misses no use that comes while it is set', async () => {
    const customers = Array.from({ length: 8 }, (_, index) => `meanwhile_${index}`);
    for (const customerId of customers) await withHundred(customerId);
    await Promise.all(customers.flatMap((customerId) => [setAutoTopUp(brim, { customerId }), use(customerId, '85')]));
    for (const customerId of customers) await untilRemains(customerId, '115');
  });

  it('buys more of a base plan that the customer has, and does not attach it again', async () => {
    await withHundred('base');
    await attach(brim, { customerId: 'base', planId: 'pro' });
    expect(await setAutoTopUp(brim, { customerId: 'base', planId: 'pro' })).toMatchObject({ autoTopUp: { status: 'IDLE' } });
    await use('base', '180');
    await untilRemains('base', '110');
    expect(await purchasesOf('base')).toEqual([{ status: 'ACTIVE', total: 10, automatic: true }]);
  });

  it('fires on a hold, on an expiry, and on a use that comes while it charges', async () => {
    await withHundred('lowered');
    await setAutoTopUp(brim, { customerId: 'lowered' });
    await brim.data('mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename ... on Error { message } } }', {
      input: { customerId: 'lowered', featureId: MESSAGES, amount: '85' },
    });
    await untilRemains('lowered', '115');
    await createCustomer(brim, 'expires');
    await saveCard(cards(), 'expires');
    await grant(brim, { customerId: 'expires', amount: '90', expiresAt: new Date(Date.now() + 3_000_000).toISOString() });
    await setAutoTopUp(brim, { customerId: 'expires' });
    expect(await autoTopUpOf(brim, 'expires')).toMatchObject({ status: 'IDLE' });
    await advanceClock(brim, { by: HOUR });
    expect((await entriesOf(sql, 'expires')).map(({ kind, after }) => `${kind} ${after}`)).toEqual([
      ...['GRANT 10', 'GRANT 100', 'EXPIRY 10', 'GRANT 110'],
    ]);
  });
});

describe('the bounds of auto top-up', () => {
  it('never charge more in a month than was set, say so, and end with the month or with another bound', async () => {
    const payer = await withHundred('bound');
    await setAutoTopUp(brim, { customerId: 'bound', maxPerMonth: { amount: '15', currency: 'usd' } });
    await use('bound', '90');
    await untilRemains('bound', '110');
    await untilStatus('bound', 'IDLE');
    await use('bound', '95');
    const stopped = await untilStatus('bound', 'BACKING_OFF');
    expect(stopped).toMatchObject({
      failureReason: expect.stringContaining('10 usd of the 15 usd of this month are spent'),
      spentThisMonth: { amount: '10' },
    });
    expect(stopped.nextAttemptAt).toMatch(/^\d{4}-\d\d-01T00:00:00\.000Z$/);
    expect(await intentsOf(cards(), payer)).toEqual(['succeeded']);
    await advanceClock(brim, { to: stopped.nextAttemptAt });
    await untilRemains('bound', '115');
    expect(await untilStatus('bound', 'IDLE')).toMatchObject({ spentThisMonth: { amount: '10' }, failureReason: null });
    await use('bound', '95');
    await untilStatus('bound', 'BACKING_OFF');
    await setAutoTopUp(brim, { customerId: 'bound', maxPerMonth: { amount: '20', currency: 'usd' } });
    await untilRemains('bound', '120');
  });

  it('let it be charged ten times a day', async () => {
    const payer = await withHundred('often');
    await setAutoTopUp(brim, { customerId: 'often', threshold: '0', maxPerMonth: { amount: '1000', currency: 'usd' } });
    await sql.rows(
      `INSERT INTO auto_top_up_intent (id, customer_id, feature_id, status, due_at, begun_at, created_at)
       SELECT 'ati_' || n, 'often', $1, 'FAILED', now(), $2, now() FROM generate_series(1, 9) AS n`,
      [MESSAGES, brim.app.domain.clock.now()],
    );
    await use('often', '100');
    await untilRemains('often', '100');
    await untilStatus('often', 'IDLE');
    await use('often', '100');
    const { nextAttemptAt, failureReason } = await untilStatus('often', 'BACKING_OFF');
    expect(failureReason).toContain('10 times today');
    expect(nextAttemptAt).toMatch(/T00:00:00\.000Z$/);
    expect(await intentsOf(cards(), payer)).toHaveLength(1);
    await advanceClock(brim, { to: nextAttemptAt });
    await untilRemains('often', '100');
  });
});

describe('a declined auto top-up', () => {
  it('backs off, and is suspended after three in a row until the card changes: 30 days are three attempts (A8)', async () => {
    const payer = await withHundred('a8', 'pm_card_chargeCustomerFail');
    await setAutoTopUp(brim, { customerId: 'a8' });
    await use('a8', '85');
    const first = await untilStatus('a8', 'BACKING_OFF');
    expect(first).toMatchObject({ failureReason: 'Your card was declined.', purchase: { status: 'PENDING', automatic: true } });
    expect(Date.parse(first.nextAttemptAt) - Date.parse(first.lastAttemptAt)).toBeGreaterThanOrEqual(3_600_000);
    await use('a8', '1');
    await advanceClock(brim, { by: { unit: 'DAY', count: 30 } });
    expect(await autoTopUpOf(brim, 'a8')).toMatchObject({ status: 'SUSPENDED', nextAttemptAt: null });
    expect(await intentsOf(cards(), payer)).toEqual(['canceled', 'canceled', 'canceled']);
    const attempts = await sql.rows<{ hours: number }>(
      `SELECT round(extract(epoch FROM begun_at - min(begun_at) OVER ()) / 3600)::int AS hours FROM auto_top_up_intent
       WHERE customer_id = 'a8' ORDER BY begun_at`,
    );
    expect(attempts.map(({ hours }) => hours)).toEqual([0, 1, 7]);
    expect(await remains('a8')).toBe('14');
    await use('a8', '1');
    await saveCard(cards(), 'a8');
    await untilRemains('a8', '113');
    expect(await untilStatus('a8', 'IDLE')).toMatchObject({ failureReason: null, spentThisMonth: { amount: '10' } });
  });

  it('goes on where somebody switches it on again, and counts declines in a row only', async () => {
    const payer = await withHundred('again');
    await sandboxOf(brim).declineNext({ customer: payer, declineCode: 'insufficient_funds', times: 4 });
    await setAutoTopUp(brim, { customerId: 'again' });
    await use('again', '85');
    await untilStatus('again', 'BACKING_OFF');
    await advanceClock(brim, { by: { unit: 'HOUR', count: 8 } });
    await untilStatus('again', 'SUSPENDED');
    await setAutoTopUp(brim, { customerId: 'again' });
    const { nextAttemptAt } = await untilStatus('again', 'BACKING_OFF');
    await advanceClock(brim, { to: nextAttemptAt });
    await untilRemains('again', '115');
    expect(await sql.rows(`SELECT declines FROM auto_top_up WHERE customer_id = 'again'`)).toEqual([{ declines: 0 }]);
  });

  it('is suspended at once where the bank wants to ask the customer, who finishes on a page', async () => {
    await withHundred('asked', 'pm_card_authenticationRequired');
    await setAutoTopUp(brim, { customerId: 'asked' });
    await use('asked', '85');
    const { purchase, failureReason } = await untilStatus('asked', 'SUSPENDED');
    expect(failureReason).toContain('requires authentication');
    expect((await answerPage(purchase.checkoutUrl)).status).toBe(303);
    await untilRemains('asked', '115');
    expect(await untilStatus('asked', 'IDLE')).toMatchObject({ failureReason: null, spentThisMonth: { amount: '10' } });
  });

  it('is suspended at once by a card that only another one mends, and without any card', async () => {
    const payer = await withHundred('lost');
    await sandboxOf(brim).declineNext({ customer: payer, declineCode: 'lost_card' });
    await setAutoTopUp(brim, { customerId: 'lost' });
    await use('lost', '85');
    await untilStatus('lost', 'SUSPENDED');
    await createCustomer(brim, 'cardless');
    await setAutoTopUp(brim, { customerId: 'cardless' });
    expect(await untilStatus('cardless', 'SUSPENDED')).toMatchObject({
      ...{ failureReason: 'The customer has saved no payment method.', lastAttemptAt: null, purchase: null },
    });
    await saveCard(cards(), 'cardless');
    await untilRemains('cardless', '110');
  });

  it('is suspended by a dispute, which only switching it on again ends', async () => {
    const payer = await withHundred('disputed', 'pm_card_createDispute');
    await setAutoTopUp(brim, { customerId: 'disputed' });
    await use('disputed', '85');
    expect(await untilStatus('disputed', 'SUSPENDED')).toMatchObject({ failureReason: expect.stringContaining('bank') });
    await saveCard(cards(), 'disputed');
    expect(await autoTopUpOf(brim, 'disputed')).toMatchObject({ status: 'SUSPENDED' });
    expect(await intentsOf(cards(), payer)).toHaveLength(1);
    await setAutoTopUp(brim, { customerId: 'disputed' });
    await untilRemains('disputed', '115');
  });

  it('is switched off with anything that is set, and charges nothing then', async () => {
    const payer = await withHundred('off');
    await setAutoTopUp(brim, { customerId: 'off' });
    expect(await setAutoTopUp(brim, { customerId: 'off', planId: 'nothing', quantity: '7', enabled: false })).toMatchObject({
      autoTopUp: { status: 'DISABLED', quantity: '100' },
    });
    await use('off', '100');
    expect(await sql.rows(`SELECT 1 FROM auto_top_up_intent WHERE customer_id = 'off'`)).toEqual([]);
    expect(await intentsOf(cards(), payer)).toEqual([]);
    expect(await setAutoTopUp(brim, { customerId: 'off' })).toMatchObject({ autoTopUp: { status: 'CHARGING' } });
    await untilRemains('off', '100');
  });
});

describe('setAutoTopUp refuses', () => {
  const refusals: readonly (readonly [why: string, input: Record<string, unknown>, path: readonly string[], says: string])[] = [
    ['a quantity that is no pack', { quantity: '150' }, ['quantity'], 'multiple of 100'],
    ['no quantity', { quantity: '0' }, ['quantity'], 'above zero'],
    ['a threshold below zero', { threshold: '-1' }, ['threshold'], 'not be negative'],
    [
      'a threshold above what one month can buy',
      { threshold: '300', maxPerMonth: { amount: '30', currency: 'usd' } },
      ['threshold'],
      'costs 40 usd',
    ],
    ['a threshold above what five top-ups buy', { threshold: '500' }, ['threshold'], 'costs 60 usd'],
    ['a threshold above what one purchase can buy', { planId: 'small', threshold: '300' }, ['threshold'], 'sells 300 at once'],
    ['more than one purchase can buy', { planId: 'small', quantity: '400' }, ['quantity'], 'sells 300 at once'],
    ['less than can be charged', { planId: 'cheap', quantity: '1', threshold: '0' }, ['quantity'], '0.5 usd'],
    ['a bound below one top-up', { maxPerMonth: { amount: '9', currency: 'usd' } }, ['maxPerMonth', 'amount'], '10 usd'],
    ['a bound in another currency', { maxPerMonth: { amount: '99', currency: 'eur' } }, ['maxPerMonth', 'currency'], 'usd'],
    ['a plan that does not sell the feature', { featureId: 'seats' }, ['planId'], '"seats"'],
    ['a free plan', { planId: 'gift' }, ['planId'], 'sells'],
    ['a plan that recurs', { planId: 'club' }, ['planId'], 'charged again'],
    ['a base plan that the customer does not have', { planId: 'pro' }, ['planId'], 'base plan'],
  ];
  beforeAll(() => createCustomer(brim, 'refused'));
  it.each(refusals)('%s', async (_why, input, path, says) => {
    expect(await setAutoTopUp(brim, { customerId: 'refused', ...input })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path, message: expect.stringContaining(says) }],
    });
    expect(await autoTopUpOf(brim, 'refused')).toBeUndefined();
  });

  it('what is not there', async () => {
    const named = async (input: Record<string, unknown>) =>
      (await setAutoTopUp(brim, { customerId: 'refused', ...input })).__typename;
    expect(await named({ customerId: 'nobody' })).toBe('CustomerNotFoundError');
    expect(await named({ featureId: 'nothing' })).toBe('FeatureNotFoundError');
    expect(await named({ planId: 'nothing' })).toBe('PlanNotFoundError');
  });

  it('customer tokens that were not made for it, other plans, and other customers', async () => {
    await withHundred('token');
    const { customerTokens } = brim.app.domain.access;
    const tokenWith = async (canSetAutoTopUp: boolean) =>
      (await customerTokens.issue({ customerId: 'token', attachablePlanIds: ['top_up'], canSetAutoTopUp })).token;
    const [with_, without] = [await tokenWith(true), await tokenWith(false)];
    await expect(setAutoTopUp(brim, { customerId: 'token' }, without)).rejects.toThrow('FORBIDDEN');
    const set = async (input: Record<string, unknown>) =>
      (await setAutoTopUp(brim, { customerId: 'token', ...input }, with_)).__typename;
    expect(await set({ customerId: 'a1' })).toBe('CustomerNotFoundError');
    expect(await set({ planId: 'small' })).toBe('PlanNotFoundError');
    expect(await set({})).toBe('SetAutoTopUpSuccess');
    expect(await autoTopUpOf(brim, 'token', without)).toMatchObject({ status: 'IDLE' });
  });
});
