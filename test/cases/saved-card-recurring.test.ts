/** Recurring plans that begin on the saved card, without a page. */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import {
  answerPage,
  attach,
  balanceOf,
  findPurchase,
  findRecurring,
  moveClocks,
  openShop,
  seedAnd,
  untilRecurring,
  untilStatus,
} from '../support/shop.ts';
import { expectSound, openSql, type Sql } from '../support/witness.ts';

const MONTH = { unit: 'MONTH', count: 1 };

describe('a recurring plan for a customer with a saved card', () => {
  let brim: TestBrim;
  let sql: Sql;
  let stripe: Stripe;
  beforeAll(async () => {
    brim = await openShop({
      config: { testClocks: true },
      catalogue: seedAnd({
        plans: [
          {
            ...{ id: 'monthly', addOn: true, price: { amount: { amount: '20', currency: 'usd' }, interval: MONTH } },
            items: [{ featureId: 'premium_messages', included: '500' }],
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

  const cards = () => ({ brim, stripe, sql });
  const monthly = (customerId: string, more: Record<string, unknown> = {}) =>
    attach(brim, { customerId, planId: 'monthly', ...more });

  it('declined: gets a page under the same purchase, on which the subscription begins', async () => {
    const customer = await withCard(cards(), 'declined', 'pm_card_chargeCustomerFail');
    const declined = await monthly('declined', { idempotencyKey: 'k' });
    expect(declined).toMatchObject({ __typename: 'PaymentFailedError', purchase: { status: 'PENDING' } });
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
    const { checkoutUrl } = await findPurchase(brim, declined.purchase.id);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    await untilStatus(brim, declined.purchase.id, 'ACTIVE');
    const statuses = (await findRecurring(brim, declined.purchase.id)).payments.map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['SUCCEEDED', 'FAILED']);
    expect((await balanceOf(brim, 'declined')).remaining).toBe('510');
  });

  it('begins at once, with one payment and its period, and is renewed by the same card', async () => {
    const customer = await withCard(cards(), 'begins');
    const bought = await Promise.all([monthly('begins', { idempotencyKey: 'k' }), monthly('begins', { idempotencyKey: 'k' })]);
    expect(new Set(bought.map(({ purchase }) => purchase.id)).size).toBe(1);
    const purchaseId = String(bought[0].purchase.id);
    const begun = await findRecurring(brim, purchaseId);
    expect(begun).toMatchObject({
      status: 'ACTIVE',
      charged: { amount: '20' },
      payments: [{ status: 'SUCCEEDED', amount: { amount: '20' }, invoiceUrl: expect.any(String) }],
      currentPeriodEnd: expect.any(String),
    });
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toHaveLength(1);
    expect((await balanceOf(brim, 'begins')).remaining).toBe('510');
    await moveClocks(brim, new Date(new Date(begun.currentPeriodEnd).getTime() + 3 * 60 * 60_000));
    await untilRecurring(brim, purchaseId, { payments: [{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }] });
    expect((await balanceOf(brim, 'begins')).remaining).toBe('510');
    await expectSound(sql, 'begins');
  });

  it('a failure of Stripe that began it all the same begins it once', async () => {
    const customer = await withCard(cards(), 'failing');
    sandboxOf(brim).faults.add({ kind: 'server_error_after_work', path: '/v1/subscriptions', method: 'POST' });
    expect(await monthly('failing')).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'ACTIVE' } });
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toHaveLength(1);
  });
});
