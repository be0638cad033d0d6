import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  advanceClock,
  answerPage,
  attach,
  balanceOf,
  check,
  createCustomer,
  createFeature,
  createPlan,
  ledgerOf,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const START = '2026-01-31T00:00:00.000Z';
const WORDS = 'words';
const BALANCES =
  'subscription ($id: ID!) { balanceChanged(customerId: $id) { cause balance { remaining version nextResetAt } entry { kind amount occurredAt } } }';
const MONTH = { by: { unit: 'MONTH' } };

describe('time, moved by a test', () => {
  let brim: TestBrim;
  let other: TestBrim;

  beforeAll(async () => {
    const options = { clock: { now: () => new Date(START) }, config: { testClocks: true } };
    brim = await openBrim(options);
    other = await openBrim({ ...options, databaseUrl: brim.databaseUrl });
    await createFeature(brim, WORDS);
    const reset = { unit: 'MONTH' };
    await createPlan(brim, { id: 'monthly', addOn: true, items: [{ featureId: WORDS, included: '100', reset }] });
    await createPlan(brim, {
      id: 'rolling',
      addOn: true,
      items: [{ featureId: WORDS, included: '400', reset, rollover: { max: '500' } }],
    });
    const lasting = { featureId: WORDS, price: prepaid('10'), expiresAfter: { unit: 'DAY', count: 30 } };
    await createPlan(brim, { id: 'lasting', addOn: true, items: [lasting] });
  });
  afterAll(async () => {
    await other.close();
    await brim.close();
  });

  /** A customer who has this plan. */
  async function hold(customerId: string, planId: string) {
    await createCustomer(brim, customerId);
    await attach(brim, { customerId, planId });
  }
  const use = (customerId: string, value: string) => track(brim, { customerId, featureId: WORDS, value });
  const linesOf = async (customerId: string): Promise<string[]> =>
    (await ledgerOf(brim, customerId)).map(
      (entry: { kind: string; amount: string; occurredAt: string }) => `${entry.kind} ${entry.amount} ${entry.occurredAt}`,
    );

  it('Z1, Z4: at each boundary a query, a check and subscribers of two processes see 100 again, and a RESET says why', async () => {
    await hold('z1', 'monthly');
    await use('z1', '30');
    const streams = [brim, other].map((door) => subscribe(door.socket(), BALANCES, { id: 'z1' }));
    for (const stream of streams) expect(await take(stream, 1)).toMatchObject([{ balanceChanged: { cause: 'SNAPSHOT' } }]);

    const boundaries = ['2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z', '2026-04-30T00:00:00.000Z'];
    for (const boundary of boundaries) {
      // Moved in the other process, so that this one learns of it by itself.
      await advanceClock(other, { to: new Date(new Date(boundary).getTime() - 1).toISOString() });
      expect(await balanceOf(brim, 'z1', WORDS)).toMatchObject({ remaining: '70', usage: '30' });
      await advanceClock(other, { to: boundary });
      const entry = { kind: 'RESET', amount: '30', occurredAt: boundary };
      for (const stream of streams) {
        const [told] = await take(stream, 1);
        expect(told).toMatchObject({ balanceChanged: { cause: 'LEDGER', balance: { remaining: '100' }, entry } });
      }
      expect(await balanceOf(brim, 'z1', WORDS)).toMatchObject({ remaining: '100', usage: '0', granted: '100' });
      expect(await check(brim, { customerId: 'z1', featureId: WORDS, required: '100' })).toMatchObject({ allowed: true });
      expect((await linesOf('z1')).at(-1)).toBe(`RESET 30 ${boundary}`);
      await use('z1', '30');
      for (const stream of streams) await take(stream, 1);
    }
  });

  it('Z4: an advance over several boundaries posts each at its own instant', async () => {
    await createCustomer(brim, 'late');
    const { customer } = await brim.data('{ customer(id: "late") { createdAt } }');
    await attach(brim, { customerId: 'late', planId: 'monthly' });
    await use('late', '30');
    await advanceClock(brim, { by: { unit: 'MONTH', count: 3 } });
    // Made on 30 April.
    expect(customer.createdAt).toBe('2026-04-30T00:00:00.000Z');
    expect((await linesOf('late')).slice(2)).toEqual([
      'RESET 30 2026-05-30T00:00:00.000Z',
      'RESET 0 2026-06-30T00:00:00.000Z',
      'RESET 0 2026-07-30T00:00:00.000Z',
    ]);
  });

  it('V1: what is unused of 400 a month is rolled over: 550 after the boundary, and it is used first', async () => {
    await hold('v1', 'rolling');
    await use('v1', '250');
    const boundary = await advanceClock(brim, MONTH);
    expect(await balanceOf(brim, 'v1', WORDS)).toMatchObject({ remaining: '550', granted: '550', usage: '0' });
    expect((await linesOf('v1')).slice(2)).toEqual([`ROLLOVER 150 ${boundary}`, `RESET 250 ${boundary}`]);

    expect((await use('v1', '160')).entry.allocations.map(({ amount }: { amount: string }) => amount)).toEqual(['-150', '-10']);
    await advanceClock(brim, MONTH);
    expect(await balanceOf(brim, 'v1', WORDS)).toMatchObject({ remaining: '790' });
    await advanceClock(brim, MONTH);
    // No more than 500 is carried.
    expect(await balanceOf(brim, 'v1', WORDS)).toMatchObject({ remaining: '900' });
    await advanceClock(brim, MONTH);
    expect(await balanceOf(brim, 'v1', WORDS)).toMatchObject({ remaining: '900' });
  });

  it('two top-ups that last 30 days end 30 days after each was bought, with what was used of them', async () => {
    await createCustomer(brim, 'buyer');
    async function buy() {
      const wanted = { customerId: 'buyer', planId: 'lasting', featureQuantities: wanting('100', WORDS) };
      const { checkoutUrl, purchase } = await attach(brim, wanted);
      await answerPage(checkoutUrl);
      await untilStatus(brim, purchase.id, 'ACTIVE');
      return purchase.id;
    }
    const first = await buy();
    await advanceClock(brim, { by: { unit: 'DAY', count: 20 } });
    const second = await buy();
    await use('buyer', '130');

    const firstEnd = await advanceClock(brim, { by: { unit: 'DAY', count: 10 } });
    expect(await balanceOf(brim, 'buyer', WORDS)).toMatchObject({ granted: '100', remaining: '70', usage: '30' });
    const secondEnd = await advanceClock(brim, { by: { unit: 'DAY', count: 20 } });
    expect(await balanceOf(brim, 'buyer', WORDS)).toMatchObject({ granted: '0', remaining: '0', usage: '0' });
    expect((await ledgerOf(brim, 'buyer')).slice(3)).toMatchObject([
      { kind: 'EXPIRY', amount: '0', occurredAt: firstEnd, purchase: { id: first } },
      { kind: 'EXPIRY', amount: '-70', occurredAt: secondEnd, purchase: { id: second } },
    ]);
  });
});
