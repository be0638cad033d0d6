import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, createFeature, createPlan, grant, prepaid, track } from '../support/shop.ts';

const WORDS = 'words';

describe('use', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, WORDS);
    await createPlan(brim, { id: 'packs', addOn: true, items: [{ featureId: WORDS, price: prepaid('10') }] });
    await createPlan(brim, { id: 'big_packs', addOn: true, items: [{ featureId: WORDS, price: prepaid('45', '500') }] });
    // On sale no more, so never offered.
    await createPlan(brim, { id: 'old_packs', addOn: true, items: [{ featureId: WORDS, price: prepaid('1') }] });
    await brim.data('mutation { archivePlan(input: { id: "old_packs" }) { __typename } }');
  });
  afterAll(() => brim.close());

  /** A customer with so much. */
  async function openBalance(customerId: string, amount: string) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: WORDS, amount });
  }

  const use = (customerId: string, value?: string, more: Record<string, unknown> = {}) =>
    track(brim, { customerId, featureId: WORDS, ...(value === undefined ? {} : { value }), ...more });

  async function check(customerId: string, required?: string) {
    const { check: checked } = await brim.data(
      `query ($input: CheckInput!) { check(input: $input) {
        allowed required shortfall balance { remaining } offers { plan { id } quantity price { amount currency } }
      } }`,
      { input: { customerId, featureId: WORDS, required } },
    );
    return checked;
  }

  it('B1: without a value is 1; with decimals is exact', async () => {
    await openBalance('b1', '100');
    expect(await use('b1')).toMatchObject({ applied: '1', balance: { remaining: '99' } });
    expect(await use('b1', '23.47')).toMatchObject({ applied: '23.47', balance: { remaining: '75.53' } });
    expect(await balanceOf(brim, 'b1', WORDS)).toMatchObject({ granted: '100', usage: '24.47', remaining: '75.53' });
  });

  it('B3: 0.1 ten thousand times out of 1000 leaves exactly 0', async () => {
    await openBalance('b3', '1000');
    const events = Array.from({ length: 1_000 }, () => ({ customerId: 'b3', featureId: WORDS, value: '0.1' }));
    for (let batch = 0; batch < 10; batch += 1) {
      const { trackBatch } = await brim.data(
        'mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results { ... on TrackSuccess { applied shortfall } } } } }',
        { events },
      );
      const results = new Set(trackBatch.results.map((result: unknown) => JSON.stringify(result)));
      expect([...results]).toEqual(['{"applied":"0.1","shortfall":"0"}']);
    }
    expect(await balanceOf(brim, 'b3', WORDS)).toMatchObject({ remaining: '0', usage: '1000', version: 10_001 });
    expect(await use('b3', '0.1')).toMatchObject({ applied: '0', shortfall: '0.1' });
  });

  it('B4: 50 out of 20 takes 20 and says that 30 are missing', async () => {
    await openBalance('b4', '20');
    expect(await use('b4', '50')).toMatchObject({
      requested: '50',
      applied: '20',
      shortfall: '30',
      balance: { remaining: '0' },
      entry: { amount: '-20', requested: '50' },
    });
    expect(await balanceOf(brim, 'b4', WORDS)).toMatchObject({ remaining: '0', usage: '20' });
  });

  it('B6: what is used up is not allowed, and the answer offers what would unlock it, the cheapest first', async () => {
    await openBalance('b6', '50');
    expect(await check('b6', '50')).toMatchObject({ allowed: true, shortfall: '0', offers: [] });
    await use('b6', '50');
    expect(await check('b6')).toEqual({
      allowed: false,
      required: '1',
      shortfall: '1',
      balance: { remaining: '0' },
      offers: [
        { plan: { id: 'packs' }, quantity: '100', price: { amount: '10', currency: 'usd' } },
        { plan: { id: 'big_packs' }, quantity: '500', price: { amount: '45', currency: 'usd' } },
      ],
    });
    // Of 450, five small packs cost more than one big one.
    expect((await check('b6', '450')).offers).toEqual([
      { plan: { id: 'big_packs' }, quantity: '500', price: { amount: '45', currency: 'usd' } },
      { plan: { id: 'packs' }, quantity: '500', price: { amount: '50', currency: 'usd' } },
    ]);
  });

  it('P1: five at once of 10 on 5 take 5 together', async () => {
    await openBalance('p1', '5');
    const answers = await Promise.all(Array.from({ length: 5 }, () => use('p1', '10')));
    expect(answers.reduce((sum, { applied }) => sum + Number(applied), 0)).toBe(5);
    expect(answers.reduce((sum, { shortfall }) => sum + Number(shortfall), 0)).toBe(45);
    expect(await balanceOf(brim, 'p1', WORDS)).toMatchObject({ remaining: '0', usage: '5' });
  });

  it('P5: of twenty at once of 75 with REJECT on 500, exactly six succeed', async () => {
    await openBalance('p5', '500');
    const answers = await Promise.all(Array.from({ length: 20 }, () => use('p5', '75', { onShortfall: 'REJECT' })));
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual([...Array(14).fill('InsufficientBalanceError'), ...Array(6).fill('TrackSuccess')]);
    expect(await balanceOf(brim, 'p5', WORDS)).toMatchObject({ remaining: '50', usage: '450', version: 7 });
  });

  it('of nothing at all is a shortfall, not an error', async () => {
    await createCustomer(brim, 'nothing');
    expect(await use('nothing', '3')).toMatchObject({ __typename: 'TrackSuccess', applied: '0', shortfall: '3' });
    expect(await balanceOf(brim, 'nothing', WORDS)).toMatchObject({ remaining: '0', usage: '0', version: 1 });
  });
});
