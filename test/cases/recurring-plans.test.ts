/** Plans that are paid again and again: what the catalogue and an attach say of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { attach, balanceOf, check, createCustomer, createPlan, MESSAGES, openShop, prepaid, wanting } from '../support/shop.ts';

const MONTH = { unit: 'MONTH', count: 1 };
const usd = (amount: string) => ({ amount, currency: 'usd' });

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [
        {
          id: 'pro',
          price: { amount: usd('20'), interval: MONTH },
          onPaymentReturned: 'FREEZE',
          gracePeriod: { unit: 'WEEK', count: 2 },
          items: [{ featureId: MESSAGES, included: '500', price: prepaid('10') }],
        },
        {
          id: 'extra',
          addOn: true,
          items: [{ featureId: MESSAGES, included: '100', price: { ...prepaid('8'), interval: MONTH } }],
        },
      ],
    },
  });
  await createCustomer(brim, 'ada');
});
afterAll(() => brim.close());

describe('what follows a payment that is returned or missing', () => {
  const POLICIES = 'onPaymentReturned gracePeriod { unit count }';
  const read = async (id: string) => (await brim.data(`query ($id: ID!) { plan(id: $id) { ${POLICIES} } }`, { id })).plan;
  const update = async (change: object) =>
    (
      await brim.data(
        `mutation ($input: UpdatePlanInput!) { updatePlan(input: $input) {
          ... on UpdatePlanSuccess { plan { version ${POLICIES} } } ... on InvalidInputError { issues { path } }
        } }`,
        { input: { id: 'lasting', ...change } },
      )
    ).updatePlan;

  it('is what the plan says, and else a debt, and a grace for as long as the provider tries', async () => {
    expect(await read('pro')).toEqual({ onPaymentReturned: 'FREEZE', gracePeriod: { unit: 'WEEK', count: 2 } });
    expect(await read('extra')).toEqual({ onPaymentReturned: 'DEBT', gracePeriod: null });
  });

  it('belongs to a version, as all terms do', async () => {
    await createPlan(brim, { id: 'lasting', addOn: true, price: { amount: usd('5'), interval: MONTH }, items: [] });
    expect(await update({ onPaymentReturned: 'FORGIVE', gracePeriod: { unit: 'DAY', count: 3 } })).toEqual({
      plan: { version: 2, onPaymentReturned: 'FORGIVE', gracePeriod: { unit: 'DAY', count: 3 } },
    });
    expect(await update({ name: 'Lasting' })).toEqual({
      plan: { version: 3, onPaymentReturned: 'FORGIVE', gracePeriod: { unit: 'DAY', count: 3 } },
    });
    // Without a price nothing can stay unpaid.
    expect(await update({ price: null })).toEqual({ issues: [{ path: ['gracePeriod'] }] });
    expect(await update({ price: null, gracePeriod: null })).toMatchObject({ plan: { version: 4, gracePeriod: null } });
    const { plan } = await brim.data('{ plan(id: "lasting", version: 1) { onPaymentReturned gracePeriod { unit } } }');
    expect(plan).toEqual({ onPaymentReturned: 'DEBT', gracePeriod: null });
  });
});

describe('a plan with a recurring price', () => {
  it('says how often it is charged', async () => {
    const { plan } = await brim.data(
      '{ plan(id: "pro") { kind price { interval { unit count } } items { price { interval { unit } } } } }',
    );
    expect(plan).toEqual({ kind: 'BASE', price: { interval: MONTH }, items: [{ price: { interval: null } }] });
    const { extra } = await brim.data('{ extra: plan(id: "extra") { kind items { price { interval { unit count } } } } }');
    expect(extra).toEqual({ kind: 'ADD_ON', items: [{ price: { interval: MONTH } }] });
  });

  it('keeps its interval in the next version', async () => {
    const { updatePlan } = await brim.data(
      `mutation { updatePlan(input: { id: "extra", name: "More" }) {
        ... on UpdatePlanSuccess { plan { version items { price { interval { unit count } } } } } ... on Error { message }
      } }`,
    );
    expect(updatePlan).toEqual({ plan: { version: 2, items: [{ price: { interval: MONTH } }] } });
  });

  it('is previewed with what is due now, and with the next payment', async () => {
    const before = Date.now();
    const { previewAttach } = await brim.data(
      `query ($input: PreviewAttachInput!) { previewAttach(input: $input) {
        total { amount } dueNow { amount } nextPayment { amount { amount currency } at } checkoutRequired
        lines { amount { amount } interval { unit count } }
      } }`,
      { input: { customerId: 'ada', planId: 'pro', featureQuantities: wanting('700') } },
    );
    expect(previewAttach).toEqual({
      total: { amount: '40' },
      dueNow: { amount: '40' },
      nextPayment: { amount: usd('20'), at: expect.any(String) },
      checkoutRequired: true,
      lines: [
        { amount: { amount: '20' }, interval: MONTH },
        { amount: { amount: '20' }, interval: null },
      ],
    });
    const days = (Date.parse(previewAttach.nextPayment.at) - before) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(28);
    expect(days).toBeLessThan(31.01);
  });

  it('is no offer: an offer is paid once', async () => {
    const { offers } = await check(brim, { customerId: 'ada', featureId: MESSAGES, required: '400' });
    expect(offers).toEqual([]);
  });

  it('is attached as any other where nothing that recurs is bought', async () => {
    expect(await attach(brim, { customerId: 'ada', planId: 'extra', featureQuantities: wanting('100') })).toMatchObject({
      __typename: 'AttachPlanSuccess',
      checkoutUrl: null,
    });
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '100' });
  });
});
