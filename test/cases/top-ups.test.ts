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

/** A feature of no auto-enabled plan, so every balance begins at 0. */
const WORDS = 'words';

const usd = (amount: string) => ({ amount: { amount, currency: 'usd' } });
const words = (item: Record<string, unknown>) => [{ featureId: WORDS, ...item }];

describe('a top-up', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, WORDS);
    await createPlan(brim, { id: 'with_base', price: usd('10'), items: words({ price: prepaid('10') }) });
    await createPlan(brim, { id: 'with_both', price: usd('10'), items: words({ included: '100', price: prepaid('10') }) });
    await createPlan(brim, { id: 'packs', addOn: true, items: words({ price: prepaid('10') }) });
    await createPlan(brim, { id: 'big_packs', addOn: true, items: words({ price: prepaid('8', '250') }) });
    await createPlan(brim, { id: 'some_free', addOn: true, items: words({ included: '50', price: prepaid('5', '50') }) });
    await createPlan(brim, { id: 'yen', addOn: true, items: words({ price: prepaid('500', '100', 'JPY') }) });
    await createPlan(brim, { id: 'dinar', addOn: true, items: words({ price: prepaid('1.25', '100', 'kwd') }) });
  });
  afterAll(() => brim.close());

  const remaining = async (customerId: string) => (await balanceOf(brim, customerId, WORDS)).remaining;

  /** Attaches, checks that nothing is granted before the payment, and pays. */
  async function buy(customerId: string, planId: string, quantity: string) {
    const before = await remaining(customerId);
    const attached = await attach(brim, { customerId, planId, featureQuantities: wanting(quantity, WORDS) });
    expect(attached).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
    expect(await remaining(customerId)).toBe(before);
    const page = await (await fetch(attached.checkoutUrl)).text();
    expect((await answerPage(attached.checkoutUrl)).status).toBe(303);
    await untilStatus(brim, attached.purchase.id, 'ACTIVE');
    return { ...attached.purchase, page };
  }

  it('O1: costs $20 with a base price of $10 and 100 at $10 per 100, and gives the 100 after paying and not before', async () => {
    await createCustomer(brim, 'o1');
    const { previewAttach } = await brim.data(
      `{ previewAttach(input: { customerId: "o1", planId: "with_base", featureQuantities: [{ featureId: "words", quantity: 100 }] }) {
        checkoutRequired total { amount currency } lines { quantity amount { amount } }
      } }`,
    );
    expect(previewAttach).toEqual({
      checkoutRequired: true,
      total: { amount: '20', currency: 'usd' },
      lines: [
        { quantity: '1', amount: { amount: '10' } },
        { quantity: '100', amount: { amount: '10' } },
      ],
    });
    expect(await buy('o1', 'with_base', '100')).toMatchObject({ total: { amount: '20', currency: 'usd' } });
    expect(await balanceOf(brim, 'o1', WORDS)).toMatchObject({ remaining: '100', granted: '100', usage: '0' });
  });

  it('O3: charges 200 of 300 where 100 are included: $30 with the base price', async () => {
    await createCustomer(brim, 'o3');
    const { id, total } = await buy('o3', 'with_both', '300');
    expect(total.amount).toBe('30');
    expect(await remaining('o3')).toBe('300');
    expect((await findPurchase(brim, id)).grants.map(({ granted }: { granted: string }) => granted)).toEqual(['100', '200']);
  });

  it('O9: of a quantity of 0 costs nothing, gives nothing, and succeeds at once', async () => {
    await createCustomer(brim, 'o9');
    expect(await attach(brim, { customerId: 'o9', planId: 'packs', featureQuantities: wanting('0', WORDS) })).toMatchObject({
      checkoutUrl: null,
      purchase: { status: 'ACTIVE', total: null },
      balances: [{ remaining: '0' }],
    });
    expect(await remaining('o9')).toBe('0');
  });

  it('O11: of 150 at $10 per 100 gives 200 for $20', async () => {
    await createCustomer(brim, 'o11');
    expect(await buy('o11', 'packs', '150')).toMatchObject({
      total: { amount: '20' },
      featureQuantities: [{ feature: { id: WORDS }, quantity: '200' }],
    });
    expect(await remaining('o11')).toBe('200');
  });

  it('O15: of 500 and then 750 in packs of 250 at $8 costs $16 and $24, and gives 1250', async () => {
    await createCustomer(brim, 'o15');
    expect((await buy('o15', 'big_packs', '500')).total.amount).toBe('16');
    expect((await buy('o15', 'big_packs', '750')).total.amount).toBe('24');
    expect(await remaining('o15')).toBe('1250');
  });

  it('O19: is refused with 50 included and billing units of 100', async () => {
    const { createPlan: refused } = await brim.data(
      'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { __typename ... on InvalidInputError { issues { path message } } } }',
      { input: { id: 'o19', name: 'O19', items: words({ included: '50', price: prepaid('10', '100') }) } },
    );
    expect(refused).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['items', '0', 'included'], message: expect.stringContaining('multiple of price.billingUnits') }],
    });
    expect((await brim.data('{ plan(id: "o19") { id } }')).plan).toBeNull();
  });

  it('O20: without a quantity buys nothing: the balance is what is included', async () => {
    await createCustomer(brim, 'o20');
    expect(await attach(brim, { customerId: 'o20', planId: 'some_free' })).toMatchObject({
      checkoutUrl: null,
      purchase: { status: 'ACTIVE', total: null },
      balances: [{ remaining: '50' }],
    });
    expect(await remaining('o20')).toBe('50');
  });

  it('O20: of less than is included buys nothing and takes nothing away', async () => {
    await createCustomer(brim, 'o20_less');
    await attach(brim, { customerId: 'o20_less', planId: 'some_free', featureQuantities: wanting('20', WORDS) });
    expect(await remaining('o20_less')).toBe('50');
  });

  it('in yen has no decimals, also on the page', async () => {
    await createCustomer(brim, 'tokyo');
    const { total, page } = await buy('tokyo', 'yen', '300');
    expect(total).toEqual({ amount: '1500', currency: 'jpy' });
    expect(page).toContain('¥1,500');
    expect(await remaining('tokyo')).toBe('300');
  });

  it('in dinars has three decimals', async () => {
    await createCustomer(brim, 'kuwait');
    const { total, page } = await buy('kuwait', 'dinar', '300');
    expect(total).toEqual({ amount: '3.75', currency: 'kwd' });
    expect(page).toMatch(/KWD.3\.750/);
    expect(await remaining('kuwait')).toBe('300');
  });
});
