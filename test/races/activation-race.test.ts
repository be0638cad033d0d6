import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, cancelPurchase, createCustomer, findPurchase, movableClock, wanting } from '../support/shop.ts';
import { expectSound, openSql, type Sql, until } from '../support/witness.ts';

/** Webhook, return page, reconciler, cancel and another attach at once, in two processes. */
describe('everything that can activate or cancel a purchase, at once,', () => {
  const clock = movableClock();
  let account: StripeAccount;
  let here: ShopBrim;
  let there: ShopBrim;
  let sql: Sql;
  beforeAll(async () => {
    account = await openStripeAccount(clock);
    here = await account.openShop();
    there = await account.openShop({ databaseUrl: here.databaseUrl });
    sql = await openSql(here.databaseUrl);
  });
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  it('makes one grant of a paid purchase and none of an unpaid one, and every answer agrees', async () => {
    for (let round = 0; round < 8; round += 1) {
      const customerId = `settles_${round}`;
      await createCustomer(here, customerId);
      const input = { customerId, planId: 'top_up', featureQuantities: wanting('100') };
      const { purchase, checkoutUrl } = await attach(here, input);
      const sessionId = String(checkoutUrl).split('/').at(-1) ?? '';
      clock.pass(61_000);
      // The others start more round trips earlier each time, so the payment comes before, between
      // and after their steps.
      const pay = async () => {
        for (let trips = 0; trips < round; trips += 1) await fetch(`${there.url}/health`);
        return answerPage(checkoutUrl);
      };
      const comeBack = (brim: ShopBrim) => fetch(`${brim.url}/checkout/return/${purchase.id}`, { redirect: 'manual' });
      const news = (brim: ShopBrim) => account.tell(brim, 'checkout.session.completed', sessionId).catch(() => undefined);
      const [paid, canceled] = await Promise.all([
        pay(),
        cancelPurchase(there, purchase.id, 'NOW', 'PENDING'),
        news(here),
        comeBack(here),
        comeBack(there),
        here.app.domain.purchases.reconcileDue(),
        there.app.domain.purchases.reconcileDue(),
        news(there),
      ]);

      const isPaid = paid.status === 303;
      if (!isPaid) expect(paid.status).toBe(409);
      // In the end an event reports the payment, twice, to both processes.
      if (isPaid) expect(await Promise.all([here, there, here].map(news))).toEqual([200, 200, 200]);
      const status = isPaid ? 'ACTIVE' : 'CANCELED';
      expect(await findPurchase(there, purchase.id)).toMatchObject({ status });
      expect(canceled).toMatchObject(
        isPaid ? { __typename: 'InvalidInputError', issues: [{ path: ['ifStatus'] }] } : { outcome: 'ENDED' },
      );
      expect((await expectSound(sql, customerId)).map(({ amount }) => amount)).toEqual(isPaid ? [10, 100] : [10]);
      // Another attach is possible.
      expect(await attach(there, input)).toMatchObject({ purchase: { status: 'PENDING' } });
      await until(async () => expect((await expectSound(sql, customerId)).length).toBe(isPaid ? 2 : 1));
    }
  });
});
