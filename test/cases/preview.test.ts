import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { attach, createCustomer, createFeature, createPlan, MESSAGES, openShop, prepaid } from '../support/shop.ts';

const IMAGES = 'images';
const usd = (amount: string) => ({ amount: { amount, currency: 'usd' } });

/** Plans that differ in every part of a price. */
const PLANS = [
  { id: 'add_on', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('10') }] },
  { id: 'included', addOn: true, price: usd('10'), items: [{ featureId: MESSAGES, included: '100', price: prepaid('10') }] },
  { id: 'one_off', price: usd('4.99'), items: [{ featureId: MESSAGES, included: '20' }] },
  { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '7.5' }] },
  { id: 'fine', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('0.01', '0.5') }] },
  {
    id: 'bundle',
    addOn: true,
    items: [
      { featureId: MESSAGES, price: prepaid('10') },
      { featureId: IMAGES, included: '3', price: prepaid('2.50', '3') },
    ],
  },
];

const CASES: [planId: string, quantities: Record<string, string>, total: string | null, granted: string[]][] = [
  ['add_on', { [MESSAGES]: '100' }, '10', ['100']],
  ['add_on', { [MESSAGES]: '100.000000000001' }, '20', ['200']],
  ['add_on', { [MESSAGES]: '0' }, null, ['0']],
  ['included', { [MESSAGES]: '250' }, '30', ['300']],
  ['included', { [MESSAGES]: '40' }, '10', ['100']],
  ['one_off', {}, '4.99', ['20']],
  ['gift', {}, null, ['7.5']],
  ['fine', { [MESSAGES]: '33.2' }, '0.67', ['33.5']],
  ['bundle', { [MESSAGES]: '1', [IMAGES]: '4' }, '12.5', ['100', '6']],
];

describe('previewAttach', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
    await createFeature(brim, IMAGES);
    for (const plan of PLANS) await createPlan(brim, plan);
  });
  afterAll(() => brim.close());

  const preview = async (input: Record<string, unknown>) =>
    (
      await brim.data(
        `query ($input: PreviewAttachInput!) { previewAttach(input: $input) {
          total { amount currency } checkoutRequired lines { description amount { amount currency } } grants { feature { id } quantity }
        } }`,
        { input },
      )
    ).previewAttach;

  it.each(CASES.map((row, index) => ({ row, customerId: `customer_${index}` })))(
    'agrees with attachPlan: $row',
    async ({ row: [planId, quantities, total, granted], customerId }) => {
      await createCustomer(brim, customerId);
      const featureQuantities = Object.entries(quantities).map(([featureId, quantity]) => ({ featureId, quantity }));
      const seen = await preview({ customerId, planId, featureQuantities });
      expect(seen.total).toEqual(total === null ? null : { amount: total, currency: 'usd' });
      expect(seen.grants.map(({ quantity }: { quantity: string }) => quantity)).toEqual(granted);
      expect(seen.lines.length > 0).toBe(total !== null);
      const { purchase, checkoutUrl } = await attach(brim, { customerId, planId, featureQuantities });
      expect(purchase.total).toEqual(seen.total);
      expect(purchase.featureQuantities).toEqual(seen.grants);
      expect(checkoutUrl !== null).toBe(seen.checkoutRequired);
      if (checkoutUrl === null) return;
      const page = await (await fetch(checkoutUrl)).text();
      for (const { description } of seen.lines) expect(page).toContain(description);
    },
  );

  it('has lines that add up to the total', async () => {
    await createCustomer(brim, 'lines');
    const featureQuantities = [
      { featureId: IMAGES, quantity: '10' },
      { featureId: MESSAGES, quantity: '300' },
    ];
    const { lines, total } = await preview({ customerId: 'lines', planId: 'bundle', featureQuantities });
    expect(lines.map(({ amount }: { amount: { amount: string } }) => amount.amount)).toEqual(['30', '7.5']);
    expect(total).toEqual({ amount: '37.5', currency: 'usd' });
  });

  it('changes nothing', async () => {
    await createCustomer(brim, 'looks');
    await preview({ customerId: 'looks', planId: 'gift' });
    await preview({ customerId: 'looks', planId: 'add_on', featureQuantities: [{ featureId: MESSAGES, quantity: '100' }] });
    const { customer } = await brim.data('{ customer(id: "looks") { sequence purchases { nodes { plan { id } } } } }');
    expect(customer).toEqual({ sequence: 1, purchases: { nodes: [{ plan: { id: 'free' } }] } });
  });
});
