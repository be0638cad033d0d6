import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createFeature,
  createPlan,
  findPurchase,
  prepaid,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const WORDS = 'words';
const usd = (amount: string) => ({ amount, currency: 'usd' });

/** Up to 500 at $10 per 100 and a flat $5, the next 500 at $8, and more at $7. */
const TIERS = [
  { upTo: '500', amount: usd('10'), flatAmount: usd('5') },
  { upTo: '1000', amount: usd('8') },
];
const tieredAs = (tierMode: string, facts: object = {}) => [
  { featureId: WORDS, price: { ...prepaid('7'), tiers: TIERS, tierMode }, ...facts },
];

const CASES: [planId: string, quantity: string, total: string, lines: string[], granted: string][] = [
  ['graduated', '400', '45', ['400: 40', '1: 5'], '400'],
  ['graduated', '500', '55', ['500: 50', '1: 5'], '500'],
  ['graduated', '501', '63', ['500: 50', '1: 5', '100: 8'], '600'],
  ['graduated', '1200', '109', ['500: 50', '1: 5', '500: 40', '200: 14'], '1200'],
  ['with_100', '600', '55', ['500: 50', '1: 5'], '600'],
  ['volume', '500', '55', ['500: 50', '1: 5'], '500'],
  ['volume', '501', '48', ['600: 48'], '600'],
  ['volume', '1100', '77', ['1100: 77'], '1100'],
];

describe('a price with tiers', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, WORDS);
    await createPlan(brim, { id: 'graduated', addOn: true, items: tieredAs('GRADUATED') });
    await createPlan(brim, { id: 'with_100', addOn: true, items: tieredAs('GRADUATED', { included: '100' }) });
    await createPlan(brim, { id: 'volume', addOn: true, items: tieredAs('VOLUME') });
    await createPlan(brim, { id: 'plain', addOn: true, items: [{ featureId: WORDS, price: prepaid('9') }] });
  });
  afterAll(() => brim.close());

  const preview = async (input: Record<string, unknown>) =>
    (
      await brim.data(
        `query ($input: PreviewAttachInput!) { previewAttach(input: $input) {
          total { amount currency } lines { description quantity amount { amount } } grants { feature { id } quantity }
        } }`,
        { input },
      )
    ).previewAttach;

  it.each(CASES.map((row, index) => ({ row, customerId: `buyer_${index}` })))(
    'is previewed, paid and granted alike: $row',
    async ({ row: [planId, quantity, total, lines, granted], customerId }) => {
      await createCustomer(brim, customerId);
      const request = { customerId, planId, featureQuantities: wanting(quantity, WORDS) };
      const seen = await preview(request);
      expect(seen.total).toEqual(usd(total));
      expect(
        seen.lines.map((line: { quantity: string; amount: { amount: string } }) => `${line.quantity}: ${line.amount.amount}`),
      ).toEqual(lines);
      expect(seen.grants).toEqual([{ feature: { id: WORDS }, quantity: granted }]);

      const { purchase, checkoutUrl } = await attach(brim, request);
      expect(purchase.total).toEqual(seen.total);
      const page = await (await fetch(checkoutUrl)).text();
      for (const { description } of seen.lines) expect(page).toContain(description);
      await answerPage(checkoutUrl);
      await untilStatus(brim, purchase.id, 'ACTIVE');
      expect(await findPurchase(brim, purchase.id)).toMatchObject({ total: usd(total), featureQuantities: seen.grants });
      expect(await balanceOf(brim, customerId, WORDS)).toMatchObject({ remaining: granted });
    },
  );

  it('is the price of an offer, and orders the offers', async () => {
    await createCustomer(brim, 'asker');
    const offersFor = async (required: string) => {
      const { check } = await brim.data(
        `query ($required: Decimal) { check(input: { customerId: "asker", featureId: "${WORDS}", required: $required }) {
          offers { plan { id } quantity price { amount } }
        } }`,
        { required },
      );
      return check.offers.map(
        (offer: { plan: { id: string }; quantity: string; price: { amount: string } }) =>
          `${offer.plan.id}: ${offer.quantity} for ${offer.price.amount}`,
      );
    };
    expect(await offersFor('400')).toEqual([
      'with_100: 400 for 35',
      'plain: 400 for 36',
      'graduated: 400 for 45',
      'volume: 400 for 45',
    ]);
    expect(await offersFor('1100')).toEqual([
      'volume: 1100 for 77',
      'with_100: 1100 for 95',
      'plain: 1100 for 99',
      'graduated: 1100 for 102',
    ]);
  });

  it('is a field of the plan, and an update that does not name it keeps it', async () => {
    const read = async () =>
      (
        await brim.data(`{ plan(id: "with_100") { version items { rollover { max } price {
          amount { amount } tierMode tiers { upTo amount { amount } flatAmount { amount currency } }
        } } } }`)
      ).plan;
    const told = await read();
    expect(told).toEqual({
      version: 1,
      items: [
        {
          rollover: null,
          price: {
            amount: { amount: '7' },
            tierMode: 'GRADUATED',
            tiers: [
              { upTo: '500', amount: { amount: '10' }, flatAmount: usd('5') },
              { upTo: '1000', amount: { amount: '8' }, flatAmount: null },
            ],
          },
        },
      ],
    });
    await brim.data(
      'mutation { updatePlan(input: { id: "with_100", name: "Renamed" }) { __typename ... on Error { message } } }',
    );
    expect(await read()).toEqual({ ...told, version: 2 });
  });

  it('stands beside a rollover, which is a field of the plan', async () => {
    const rollover = { max: '50', maxPercentage: 25, expiresAfter: { unit: 'MONTH', count: 2 } };
    await createPlan(brim, {
      id: 'monthly',
      addOn: true,
      items: [{ featureId: WORDS, included: '100', reset: { unit: 'MONTH' }, rollover }],
    });
    const { plan } = await brim.data(
      '{ plan(id: "monthly") { items { rollover { max maxPercentage expiresAfter { unit count } } price { amount { amount } } } } }',
    );
    expect(plan.items).toEqual([{ rollover, price: null }]);
  });
});
