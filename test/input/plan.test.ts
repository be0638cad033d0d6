import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomer, createFeature, createPlan, MESSAGES, prepaid } from '../support/shop.ts';
import { expectIssue, type Fixture, openFixture } from './fixture.ts';

type Path = readonly (string | number)[];

const usd = (amount: string, currency = 'usd') => ({ amount, currency });
const item = (change: Record<string, unknown>) => ({ items: [{ featureId: MESSAGES, ...change }] });
const tiered = (...tiers: object[]) => priced({ tiers });
const carrying = (rollover: object) => item({ included: 10, reset: { unit: 'MONTH' }, rollover });
const priced = (change: Record<string, unknown>) => item({ price: { ...prepaid('10'), ...change } });

describe('an invalid plan or feature', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    await fixture.send('createFeature', { id: 'sso', name: 'Single sign-on', type: 'BOOLEAN' });
    await createFeature(fixture.brim, 'retired');
    await fixture.send('archiveFeature', { id: 'retired' });
    await createPlan(fixture.brim, { id: 'pro', group: 'tier', items: [{ featureId: MESSAGES, included: '5' }] });
  });
  afterAll(() => fixture.close());

  const REFUSED: [name: string, terms: Record<string, unknown>, path: Path, says: string][] = [
    [
      'attached by itself, and its item has a price',
      { autoEnable: true, ...priced({}) },
      ['autoEnable'],
      'only for a plan that costs nothing: leave out its prices',
    ],
    [
      'attached by itself, and has a price',
      { autoEnable: true, price: { amount: usd('5') } },
      ['autoEnable'],
      'only for a plan that costs nothing: leave out its prices',
    ],
    [
      'attached by itself in a group that has such a plan',
      { autoEnable: true, ...item({ included: 1 }) },
      ['autoEnable'],
      'the base plan "free" of the same group is attached to every new customer already: archive it, or use another group or addOn',
    ],
    [
      'priced in a currency that does not exist',
      priced({ amount: usd('10', 'xyz') }),
      ['items', 0, 'price', 'amount', 'currency'],
      '"xyz" is no currency: use an ISO 4217 code such as "usd"',
    ],
    ['priced in no currency', { price: { amount: usd('1', '') } }, ['price', 'amount', 'currency'], 'use an ISO 4217 code'],
    [
      'priced in two currencies',
      { price: { amount: usd('5', 'eur') }, ...priced({}) },
      ['items'],
      'must be in one currency, here eur',
    ],
    ['priced below zero', priced({ amount: usd('-1') }), ['items', 0, 'price', 'amount', 'amount'], 'must not be negative'],
    [
      'priced in half cents',
      { price: { amount: usd('0.005') } },
      ['price', 'amount', 'amount'],
      'more decimal places than usd has (2)',
    ],
    [
      'priced in half yen',
      priced({ amount: usd('0.5', 'JPY') }),
      ['items', 0, 'price', 'amount', 'amount'],
      'more decimal places than jpy has (0)',
    ],
    [
      'priced beyond any sum',
      priced({ amount: usd('1000000000000000') }),
      ['items', 0, 'price', 'amount', 'amount'],
      'must have at most 15 digits before the point',
    ],
    [
      'priced in thousandths of dinars',
      priced({ amount: usd('1.255', 'kwd') }),
      ['items', 0, 'price', 'amount', 'amount'],
      'must be a whole multiple of 0.01: in kwd nothing finer can be charged',
    ],
    [
      'priced in half ariaries, by itself',
      { price: { amount: usd('100.5', 'mga') } },
      ['price', 'amount', 'amount'],
      'must be a whole multiple of 1',
    ],
    [
      'priced in thousandths of dinars in a flat amount',
      priced({ amount: usd('1', 'bhd'), tiers: [{ upTo: 100, amount: usd('1', 'bhd'), flatAmount: usd('2.001', 'bhd') }] }),
      ['items', 0, 'price', 'tiers', 0, 'flatAmount', 'amount'],
      'must be a whole multiple of 0.01',
    ],
    [
      'priced below what is ever charged',
      { price: { amount: usd('0.49') } },
      ['price', 'amount', 'amount'],
      'at most 0.49 usd would be charged at once, and nothing below 0.5 usd can be',
    ],
    [
      'sold for too little, however much of it is bought',
      priced({ amount: usd('1', 'hkd'), maxPurchase: 300 }),
      ['items', 0, 'price', 'amount', 'amount'],
      'at most 3 hkd would be charged at once, and nothing below 4 hkd can be; or let more be bought',
    ],
    [
      'priced above what can be charged at once',
      priced({ amount: usd('10000000000') }),
      ['items', 0, 'price', 'amount', 'amount'],
      'must be at most 9999999999.99',
    ],
    [
      'priced above what can be charged at once, with what the plan itself costs',
      { price: { amount: usd('6000000000') }, ...priced({ amount: usd('5000000000') }) },
      ['items', 0, 'price', 'amount', 'amount'],
      'one of it comes to more than can be charged at once',
    ],
    [
      'including what is no multiple of its billing units',
      item({ included: '50', price: prepaid('10', '100') }),
      ['items', 0, 'included'],
      'must be a whole multiple of price.billingUnits',
    ],
    ['including less than nothing', item({ included: '-1' }), ['items', 0, 'included'], 'must not be negative'],
    ['sold in units of nothing', priced({ billingUnits: '0' }), ['items', 0, 'price', 'billingUnits'], 'must be above zero'],
    ['sold at most 0 at once', priced({ maxPurchase: '0' }), ['items', 0, 'price', 'maxPurchase'], 'must be above zero'],
    [
      'selling one feature at two prices',
      { items: [...item({ included: 1 }).items, ...priced({}).items, ...priced({}).items] },
      ['items', 2, 'price'],
      'a feature can have one priced item in a plan',
    ],
    ['giving nothing', item({}), ['items', 0, 'included'], 'must be above zero where the item is neither unlimited nor priced'],
    [
      'unlimited, and so much',
      item({ unlimited: true, included: 5 }),
      ['items', 0, 'included'],
      'left out where the item is unlimited',
    ],
    [
      'unlimited, and sold',
      { ...item({ unlimited: true, price: prepaid('1') }) },
      ['items', 0, 'price'],
      'left out where the item is unlimited',
    ],
    ['counting a boolean feature', { items: [{ featureId: 'sso', included: 1 }] }, ['items', 0], '"sso" is a boolean feature'],
    [
      'giving a feature that is archived',
      { items: [{ featureId: 'retired', included: 1 }] },
      ['items', 0, 'featureId'],
      'the feature "retired" is archived',
    ],
    [
      'filled up every 0 months',
      item({ included: 1, reset: { unit: 'MONTH', count: 0 } }),
      ['items', 0, 'reset', 'count'],
      'must be 1 to 1000',
    ],
    [
      'ending after 1,001 years',
      item({ included: 1, expiresAfter: { unit: 'YEAR', count: 1_001 } }),
      ['items', 0, 'expiresAfter', 'count'],
      'must be 1 to 1000',
    ],
    [
      'paid every hour',
      { price: { amount: usd('5'), interval: { unit: 'HOUR' } } },
      ['price', 'interval'],
      'the payment provider does not charge every hour',
    ],
    [
      'sold every 37 months',
      priced({ interval: { unit: 'MONTH', count: 37 } }),
      ['items', 0, 'price', 'interval'],
      'the payment provider does not charge every 37 months',
    ],
    [
      'tiered with a mode alone',
      priced({ tierMode: 'VOLUME' }),
      ['items', 0, 'price', 'tierMode'],
      'only for a price with tiers: leave it out',
    ],
    ['tiered without a tier', tiered(), ['items', 0, 'price', 'tiers'], 'must be 1 at least'],
    [
      'tiered in 101 tiers',
      priced({
        tierMode: 'VOLUME',
        tiers: Array.from({ length: 101 }, (_, index) => ({ upTo: 100 * (index + 1), amount: usd('1') })),
      }),
      ['items', 0, 'price', 'tiers'],
      'must be at most 100',
    ],
    [
      'tiered within a pack',
      tiered({ upTo: 150, amount: usd('1') }),
      ['items', 0, 'price', 'tiers', 0, 'upTo'],
      'must be a whole multiple of billingUnits',
    ],
    [
      'tiered up to nothing',
      tiered({ upTo: 0, amount: usd('1') }),
      ['items', 0, 'price', 'tiers', 0, 'upTo'],
      'must be above zero',
    ],
    [
      'tiered downwards',
      tiered({ upTo: 200, amount: usd('1') }, { upTo: 100, amount: usd('1') }),
      ['items', 0, 'price', 'tiers', 1, 'upTo'],
      'must be above that of the tier before',
    ],
    [
      'tiered beyond what has no end',
      tiered({ amount: usd('1') }, { upTo: 100, amount: usd('1') }),
      ['items', 0, 'price', 'tiers', 0, 'upTo'],
      'only the last tier can be without an end',
    ],
    [
      'tiered in another currency',
      tiered({ upTo: 100, amount: usd('1') }, { amount: usd('1', 'eur') }),
      ['items', 0, 'price', 'tiers', 1, 'amount', 'currency'],
      'must be the currency of the price, usd',
    ],
    [
      'tiered with a flat amount in another currency',
      tiered({ amount: usd('1'), flatAmount: usd('1', 'eur') }),
      ['items', 0, 'price', 'tiers', 0, 'flatAmount', 'currency'],
      'must be the currency of the price, usd',
    ],
    [
      'tiered in more prices than a payment page shows',
      tiered(...Array.from({ length: 51 }, (_, index) => ({ upTo: 100 * (index + 1), amount: usd('1'), flatAmount: usd('1') }))),
      ['items'],
      'a payment page shows no more',
    ],
    [
      'limited in no time',
      item({ included: 10, usageLimit: { per: { unit: 'DAY', count: 0 }, max: 5 } }),
      ['items', 0, 'usageLimit', 'per', 'count'],
      'must be 1 to 1000',
    ],
    [
      'limited in more than a year',
      item({ included: 10, usageLimit: { per: { unit: 'MONTH', count: 13 }, max: 5 } }),
      ['items', 0, 'usageLimit', 'per'],
      'must be at most a year',
    ],
    [
      'limited to less than nothing',
      item({ included: 10, usageLimit: { per: { unit: 'DAY' }, max: '-1' } }),
      ['items', 0, 'usageLimit', 'max'],
      'must not be negative',
    ],
    [
      'limited by what is bought once',
      { ...item({ price: prepaid('10'), usageLimit: { per: { unit: 'DAY' }, max: 5 } }), addOn: true },
      ['items', 0, 'usageLimit'],
      'is only for a base plan, and for an add-on that is paid again and again',
    ],
    [
      'carrying over what never resets',
      item({ included: 10, rollover: { max: 5 } }),
      ['items', 0, 'rollover'],
      'only what resets can be carried over',
    ],
    [
      'carrying over what is unlimited',
      item({ unlimited: true, reset: { unit: 'MONTH' }, rollover: {} }),
      ['items', 0, 'rollover'],
      'left out where the item is unlimited',
    ],
    [
      'carrying over where nothing is included',
      item({ reset: { unit: 'MONTH' }, price: prepaid('10'), rollover: {} }),
      ['items', 0, 'rollover'],
      'left out where nothing is included',
    ],
    ['carrying over at most 0', carrying({ max: 0 }), ['items', 0, 'rollover', 'max'], 'must be above zero'],
    ['carrying over 101 %', carrying({ maxPercentage: 101 }), ['items', 0, 'rollover', 'maxPercentage'], 'must be 1 to 100'],
    [
      'carrying over for 0 days',
      carrying({ expiresAfter: { unit: 'DAY', count: 0 } }),
      ['items', 0, 'rollover', 'expiresAfter', 'count'],
      'must be 1 to 1000',
    ],
    ['billed after use', priced({ method: 'USAGE_BASED' }), ['items', 0, 'price', 'method'], 'not supported yet: use PREPAID'],
    ['nameless', { name: ' ' }, ['name'], 'must not be empty'],
    ['named with NUL', { name: 'a\u0000b' }, ['name'], 'must not contain NUL'],
    ['described with half a character', { description: '\ud83d' }, ['description'], 'broken Unicode'],
    ['named at length', { name: 'x'.repeat(201) }, ['name'], 'must have at most 200 characters'],
    [
      'of 101 items',
      { items: Array.from({ length: 101 }, () => item({ included: 1 }).items[0]) },
      ['items'],
      'must be at most 100',
    ],
  ];

  it.each(REFUSED)('a plan that is %s', async (_name, terms, path, says) => {
    const refusal = await fixture.withoutWriting(() =>
      fixture.send('createPlan', { id: 'new', name: 'New', items: [], ...terms }),
    );
    expectIssue(refusal, path, says);
    expect((await fixture.brim.data('{ plan(id: "new") { id } }')).plan).toBeNull();
  });

  it.each(REFUSED)('an update with %s, which leaves the plan at its version', async (_name, terms, path, says) => {
    // In the group of `free`, as a new plan is by default.
    const update = { id: 'pro', group: null, ...terms };
    expectIssue(await fixture.withoutWriting(() => fixture.send('updatePlan', update)), path, says);
    expect((await fixture.brim.data('{ plan(id: "pro") { version group } }')).plan).toEqual({ version: 1, group: 'tier' });
  });

  it.each([
    ['not consumed by use', { consumable: false }, 'consumable', 'not supported yet: leave it out'],
    ['nameless', { name: '' }, 'name', 'must not be empty'],
  ])('a feature that is %s', async (_name, change, field, says) => {
    const refusal = await fixture.withoutWriting(() =>
      fixture.send('createFeature', { id: 'new', name: 'New', type: 'METERED', ...change }),
    );
    expectIssue(refusal, [field], says);
  });

  it('all problems are reported at once', async () => {
    const refusal = await fixture.withoutWriting(() =>
      fixture.send('createPlan', { id: 'new', name: '', items: priced({ billingUnits: '-1', amount: usd('1', 'zzz') }).items }),
    );
    expect(refusal.issues?.map(({ path }) => path.join('.')).sort()).toEqual([
      'items.0.price.amount.currency',
      'items.0.price.billingUnits',
      'name',
    ]);
  });

  it('a customer that is made meanwhile gets the plans on sale, and nothing of the refused ones', async () => {
    await Promise.all([
      createCustomer(fixture.brim, 'meanwhile'),
      fixture.send('createPlan', { id: 'new', name: 'New', autoEnable: true, ...priced({}) }),
    ]);
    const { customer } = await fixture.brim.data('{ customer(id: "meanwhile") { purchases { nodes { plan { id } } } } }');
    expect(customer.purchases.nodes).toEqual([{ plan: { id: 'free' } }]);
  });
});
