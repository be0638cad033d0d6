import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decimal } from '../../src/values/decimal.ts';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, createCustomer, findPurchase, wanting } from '../support/shop.ts';
import { expectSound, openSql, type Sql } from '../support/witness.ts';

/**
 * A second page of one purchase: Stripe made it and answered that it had not. Nobody should have
 * its address, but it may be paid.
 */
describe('a second page of one purchase', () => {
  let account: StripeAccount;
  let brim: ShopBrim;
  let sql: Sql;
  beforeAll(async () => {
    account = await openStripeAccount();
    brim = await account.openShop();
    sql = await openSql(brim.databaseUrl);
  });
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  async function twinsOf(customerId: string) {
    await createCustomer(brim, customerId);
    const { purchase, checkoutUrl } = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('100') });
    const first = await account.stripe.checkout.sessions.retrieve(String(checkoutUrl).split('/').at(-1) ?? '');
    const metadata = first.metadata ?? {};
    const second = await account.stripe.checkout.sessions.create({
      mode: 'payment',
      customer: String(first.customer),
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1_000, product_data: { name: 'Again' } } }],
      success_url: 'https://app.example/thanks',
      metadata,
      payment_intent_data: { metadata },
    });
    const statusOf = async ({ id }: { id: string }) => (await account.stripe.checkout.sessions.retrieve(id)).status;
    return {
      purchaseId: String(purchase.id),
      first,
      second,
      statusOf,
      pay: async ({ url }: { url: string | null }) => expect((await answerPage(url ?? '')).status).toBe(303),
      tell: ({ id }: { id: string }) => account.tell(brim, 'checkout.session.completed', id),
    };
  }
  const grantsOf = async (customerId: string) => (await expectSound(sql, customerId)).map(({ amount }) => amount);
  const errors = () => brim.logged().filter(({ level }) => level === 50);

  test('that is paid replaces the first, which can no longer be paid', async () => {
    const { purchaseId, first, second, statusOf, pay, tell } = await twinsOf('paid_the_second');
    await pay(second);
    expect(await tell(second)).toBe(200);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await statusOf(first)).toBe('expired');
    expect(await tell(second)).toBe(200);
    expect(await grantsOf('paid_the_second')).toEqual([10, 100]);
    expect(errors()).toEqual([]);
  });

  test('that is paid as well is an error in the log with what to do, and grants nothing more', async () => {
    const { purchaseId, first, second, pay, tell } = await twinsOf('paid_both');
    await Promise.all([pay(first), pay(second)]);
    expect(await Promise.all([tell(second), tell(first)])).toEqual([200, 200]);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await grantsOf('paid_both')).toEqual([10, 100]);
    expect(errors().map(({ msg }) => msg)).toContain('purchases: paid twice: give one back');
  });

  test('that was opened at the same moment is closed, and the page stored first is shown', async () => {
    const { purchaseId, first, second, statusOf } = await twinsOf('opened_two');
    const { purchases } = brim.app.domain;
    const purchase = await purchases.find(purchaseId);
    if (!purchase) throw new Error('there is no purchase');
    // As a process sees it that read the purchase before a page was stored, and got a second page.
    const { id, url } = second;
    const total = { amount: decimal('10'), currency: 'usd' };
    const checkout = {
      id,
      url,
      purchaseId,
      subtotal: total,
      discount: { ...total, amount: 0n },
      total,
      charge: null,
      state: { status: 'open' },
      subscriptionId: null,
      openedIn: { account: null, live: false },
    } as const;
    const reconciled = await purchases.applyCheckout({ ...purchase, checkoutId: null, checkoutUrl: null }, checkout);
    expect(reconciled).toMatchObject({ status: 'PENDING', checkoutId: first.id, checkoutUrl: first.url });
    expect(await Promise.all([statusOf(first), statusOf(second)])).toEqual(['open', 'expired']);
  });

  test('that is not paid changes nothing', async () => {
    const { purchaseId, first, second, pay, tell } = await twinsOf('paid_the_first');
    expect((await fetch(`${brim.url}/checkout/return/${purchaseId}`)).status).toBe(200);
    await pay(first);
    expect(await tell(first)).toBe(200);
    await account.stripe.checkout.sessions.expire(second.id);
    expect(await account.tell(brim, 'checkout.session.expired', second.id)).toBe(200);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await grantsOf('paid_the_first')).toEqual([10, 100]);
  });
});
