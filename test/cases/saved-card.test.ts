/** Purchases that are paid with the saved card, without a page. */
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { intentsOf, saveCard, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createCustomerToken,
  findPurchase,
  openShop,
  prepaid,
  seedAnd,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { expectSound, openSql, type Sql } from '../support/witness.ts';

let brim: TestBrim;
let sql: Sql;
let stripe: Stripe;
beforeAll(async () => {
  brim = await openShop({
    catalogue: seedAnd({
      plans: [
        {
          ...{ id: 'pack', addOn: true, price: { amount: { amount: '10', currency: 'usd' } } },
          items: [{ featureId: 'premium_messages', price: prepaid('10') }],
        },
      ],
    }),
  });
  sql = await openSql(brim.databaseUrl);
  stripe = stripeOf(brim);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});
beforeEach(() => sandboxOf(brim).declineNoMore());

const cards = () => ({ brim, stripe, sql });
const pack = (customerId: string, more: Record<string, unknown> = {}, credential?: string) =>
  attach(brim, { customerId, planId: 'pack', featureQuantities: wanting('100'), ...more }, credential);
const remains = async (customerId: string) => (await balanceOf(brim, customerId)).remaining;
const paymentsOf = async (purchaseId: string) => {
  const { purchase } = await brim.data(
    'query ($id: ID!) { purchase(id: $id) { payments { status amount { amount } failureReason receiptUrl } charged { amount } } }',
    { id: purchaseId },
  );
  return purchase;
};

describe('attachPlan for a customer with a saved card', () => {
  it('charges at once, without a page (O7), and again for another purchase (O8)', async () => {
    const customer = await withCard(cards(), 'o7');
    const first = await pack('o7');
    expect(first).toMatchObject({
      __typename: 'AttachPlanSuccess',
      checkoutUrl: null,
      purchase: { status: 'ACTIVE', checkoutUrl: null, total: { amount: '20' } },
      balances: [{ remaining: '110' }],
    });
    expect(await paymentsOf(first.purchase.id)).toEqual({
      charged: { amount: '20' },
      payments: [{ status: 'SUCCEEDED', amount: { amount: '20' }, failureReason: null, receiptUrl: expect.any(String) }],
    });
    const second = await pack('o7');
    expect(second).toMatchObject({ purchase: { status: 'ACTIVE' }, balances: [{ remaining: '210' }] });
    expect(second.purchase.id).not.toBe(first.purchase.id);
    expect(await intentsOf(cards(), customer)).toEqual(['succeeded', 'succeeded']);
    expect((await expectSound(sql, 'o7')).map(({ amount }) => amount)).toEqual([10, 100, 100]);
  });

  it('declined: fails with the reason and a page; nothing is granted, and a good card works then (O16)', async () => {
    const customer = await withCard(cards(), 'o16', 'pm_card_chargeCustomerFail');
    const declined = await pack('o16');
    expect(declined).toMatchObject({
      __typename: 'PaymentFailedError',
      message: expect.stringContaining('Your card was declined'),
      purchase: { status: 'PENDING', failureReason: 'Your card was declined.' },
    });
    expect(await remains('o16')).toBe('10');
    const page = (await findPurchase(brim, declined.purchase.id)).checkoutUrl;
    expect(page).toEqual(expect.any(String));
    await saveCard(cards(), 'o16');
    expect(await pack('o16')).toMatchObject({ purchase: { status: 'ACTIVE' }, balances: [{ remaining: '110' }] });
    // The first purchase can no longer be paid.
    expect(await findPurchase(brim, declined.purchase.id)).toMatchObject({ status: 'EXPIRED', checkoutUrl: null });
    expect((await answerPage(page)).status).toBe(409);
    expect(await intentsOf(cards(), customer)).toEqual(['canceled', 'succeeded']);
  });

  it('declined: the customer finishes on the page, and the purchase is the same', async () => {
    await withCard(cards(), 'finishes', 'pm_card_authenticationRequired');
    const asked = await pack('finishes', { checkout: 'NEVER', idempotencyKey: 'k' });
    expect(asked).toMatchObject({
      __typename: 'PaymentFailedError',
      message: expect.stringContaining('requires authentication'),
      purchase: { status: 'PENDING' },
    });
    const { checkoutUrl } = await findPurchase(brim, asked.purchase.id);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    expect(await untilStatus(brim, asked.purchase.id, 'ACTIVE')).toMatchObject({ failureReason: null });
    expect(await paymentsOf(asked.purchase.id)).toMatchObject({ payments: [{ status: 'SUCCEEDED' }, { status: 'FAILED' }] });
    expect(await remains('finishes')).toBe('110');
    // The key is that of the purchase, which is paid by now.
    expect(await pack('finishes', { checkout: 'NEVER', idempotencyKey: 'k' })).toMatchObject({
      __typename: 'AttachPlanSuccess',
      purchase: { id: asked.purchase.id, status: 'ACTIVE' },
    });
  });

  it('a repeat with its key is the first purchase, paid or declined, and charges nothing', async () => {
    const customer = await withCard(cards(), 'repeats');
    const paid = await Promise.all([0, 1, 2].map(() => pack('repeats', { idempotencyKey: 'one' })));
    paid.push(await pack('repeats', { idempotencyKey: 'one' }));
    expect(new Set(paid.map(({ purchase }) => purchase.id)).size).toBe(1);
    await sandboxOf(brim).declineNext({ customer, declineCode: 'insufficient_funds' });
    const declined = await pack('repeats', { idempotencyKey: 'two' });
    expect(declined).toMatchObject({
      __typename: 'PaymentFailedError',
      purchase: { failureReason: 'Your card has insufficient funds.' },
    });
    expect(await pack('repeats', { idempotencyKey: 'two' })).toMatchObject({
      __typename: 'PaymentFailedError',
      purchase: { id: declined.purchase.id },
    });
    expect(await intentsOf(cards(), customer)).toEqual(['succeeded', 'canceled']);
    expect(await pack('repeats', { idempotencyKey: 'three' })).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect(await remains('repeats')).toBe('210');
    expect(await pack('repeats', { idempotencyKey: 'one', checkout: 'NEVER' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
  });

  it('clicks without a key share one charge while it lasts', async () => {
    const customer = await withCard(cards(), 'clicks');
    const bought = await Promise.all([0, 1, 2, 3].map(() => pack('clicks')));
    expect(new Set(bought.map(({ purchase }) => purchase.id)).size).toBe(1);
    expect(await intentsOf(cards(), customer)).toEqual(['succeeded']);
    expect(await remains('clicks')).toBe('110');
  });

  it('opens a page with ALWAYS, and the charge that comes next closes it', async () => {
    await withCard(cards(), 'pages');
    const always = await pack('pages', { checkout: 'ALWAYS' });
    expect(always).toMatchObject({ purchase: { status: 'PENDING' }, checkoutUrl: expect.any(String) });
    expect(await pack('pages')).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect(await findPurchase(brim, always.purchase.id)).toMatchObject({ status: 'EXPIRED' });
    expect(await remains('pages')).toBe('110');
  });

  it('charges a card no more that only another one mends, unless NEVER insists', async () => {
    const customer = await withCard(cards(), 'lost');
    await sandboxOf(brim).declineNext({ customer, declineCode: 'lost_card', adviceCode: 'do_not_try_again' });
    expect(await pack('lost')).toMatchObject({ __typename: 'PaymentFailedError' });
    expect(await pack('lost')).toMatchObject({ __typename: 'AttachPlanSuccess', checkoutUrl: expect.any(String) });
    expect(await intentsOf(cards(), customer)).toEqual(['canceled']);
    expect(await pack('lost', { checkout: 'NEVER' })).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect(await pack('lost')).toMatchObject({ purchase: { status: 'ACTIVE' } });
  });

  it('a bank debit is PENDING until its money is there, and the plan can be bought again meanwhile', async () => {
    const customer = await withCard(cards(), 'debits', 'pm_usBankAccount_success');
    const debit = await pack('debits');
    expect(debit).toMatchObject({ __typename: 'AttachPlanSuccess', checkoutUrl: null, purchase: { status: 'PENDING' } });
    await saveCard(cards(), 'debits');
    expect(await pack('debits')).toMatchObject({ purchase: { status: 'ACTIVE' } });
    const intent = (await stripe.paymentIntents.list({ customer })).data.find(({ status }) => status === 'processing');
    await sandboxOf(brim).debits.arrive(intent?.id ?? '');
    await untilStatus(brim, debit.purchase.id, 'ACTIVE');
    expect(await remains('debits')).toBe('210');
  });
});

describe('attachPlan without a card that can be charged', () => {
  it('opens a page with IF_REQUIRED, and says with NEVER what to do', async () => {
    await createCustomer(brim, 'cardless');
    expect(await pack('cardless')).toMatchObject({ purchase: { status: 'PENDING' }, checkoutUrl: expect.any(String) });
    expect(await pack('cardless', { checkout: 'NEVER' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['checkout'], message: expect.stringContaining('createSetupSession') }],
    });
  });

  it('asks a customer token for an idempotency key before it charges', async () => {
    const customer = await withCard(cards(), 'browser');
    const token = await createCustomerToken(brim, 'browser', ['pack']);
    expect(await pack('browser', {}, token)).toMatchObject({ purchase: { status: 'PENDING' }, checkoutUrl: expect.any(String) });
    expect(await pack('browser', { checkout: 'NEVER' }, token)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['idempotencyKey'] }],
    });
    expect(await intentsOf(cards(), customer)).toEqual([]);
    expect(await pack('browser', { idempotencyKey: 'click' }, token)).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect(await remains('browser')).toBe('110');
  });
});
