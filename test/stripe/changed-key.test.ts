import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openStripeAccount, post, type StripeAccount } from '../support/shop/stripe-account.ts';
import {
  answerPage,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  fillShop,
  findPurchase,
  movableClock,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

/** One database of a Brim, which gets the key of one account and then of another. */
describe('a changed key', () => {
  const clock = movableClock();
  let database: FreshDatabase;
  let sql: Sql;
  let first: StripeAccount;
  let second: StripeAccount;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
    [first, second] = await Promise.all([openStripeAccount(clock), openStripeAccount(clock)]);
    await at(first, fillShop);
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
    await sql?.close();
    await database?.drop();
  });

  type Shop = Awaited<ReturnType<StripeAccount['openShop']>>;
  /** Runs work with the key of this account. */
  async function at<Result>(account: StripeAccount, work: (brim: Shop) => Promise<Result>): Promise<Result> {
    const brim = await account.openShop({ databaseUrl: database.url });
    try {
      return await work(brim);
    } finally {
      await brim.close();
    }
  }

  const topUp = (customerId: string) => ({ customerId, planId: 'top_up', featureQuantities: wanting('100') });
  const begun = (customerId: string) =>
    at(first, async (brim) => {
      await createCustomer(brim, customerId);
      const { purchase, checkoutUrl } = await attach(brim, topUp(customerId));
      return { id: String(purchase.id), checkoutUrl: String(checkoutUrl) };
    });

  test('lets a customer buy: the old purchase is EXPIRED with the reason, and the attach opens a new page', async () => {
    const old = await begun('buys_again');
    await at(second, async (brim) => {
      const { purchase, checkoutUrl } = await attach(brim, topUp('buys_again'));
      expect(purchase).toMatchObject({ status: 'PENDING' });
      expect(purchase.id).not.toBe(old.id);
      expect(await findPurchase(brim, old.id)).toMatchObject({
        status: 'EXPIRED',
        failureReason: expect.stringMatching(/does not have this checkout.*opened in acct_brimsandbox, test mode/),
      });
      expect((await answerPage(checkoutUrl)).status).toBe(303);
      await fetch(`${brim.url}/checkout/return/${purchase.id}`, { redirect: 'manual' });
      expect(await balanceOf(brim, 'buys_again')).toMatchObject({ remaining: '110' });
    });
  });

  test('lets a PENDING purchase be canceled', async () => {
    const old = await begun('cancels');
    await at(second, async (brim) => {
      expect(await cancelPurchase(brim, old.id)).toMatchObject({
        __typename: 'CancelPurchaseSuccess',
        outcome: 'ENDED',
        purchase: { status: 'CANCELED', checkoutUrl: null },
      });
    });
  });

  test('is noticed by the reconciler, which also finds a payment once the old key is back', async () => {
    const old = await begun('pays_there');
    await at(second, async (brim) => {
      clock.pass(61_000);
      await brim.app.domain.purchases.reconcileDue();
      expect(await findPurchase(brim, old.id)).toMatchObject({ status: 'EXPIRED' });
    });
    // The page is still open at the old account.
    expect((await answerPage(old.checkoutUrl)).status).toBe(303);
    await at(first, async (brim) => {
      clock.pass(2 * 60 * 60_000);
      await brim.app.domain.purchases.reconcileDue();
      expect(await findPurchase(brim, old.id)).toMatchObject({ status: 'ACTIVE', failureReason: null });
      expect(await balanceOf(brim, 'pays_there')).toMatchObject({ remaining: '110' });
    });
  });

  test('makes events about unseen checkouts recorded as ignored, and acknowledged', async () => {
    await at(second, async (brim) => {
      const object = { id: 'cs_of_elsewhere', object: 'checkout.session', metadata: { brim_purchase_id: 'pu_of_elsewhere' } };
      const event = { id: 'evt_of_elsewhere', type: 'checkout.session.completed', data: { object } };
      expect(await post(brim, JSON.stringify(event), clock.now())).toBe(200);
      expect(await sql.rows(`SELECT outcome, note FROM payment_event WHERE id = 'evt_of_elsewhere'`)).toEqual([
        { outcome: 'IGNORED', note: expect.stringContaining('does not see what it is about') },
      ]);
    });
  });
});
