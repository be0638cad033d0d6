import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStripeAccount, post, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, balanceOf, createCustomer, findPurchase, wanting } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

/**
 * Brim takes nothing back after a refund or dispute. It logs an error, and nothing says that it
 * acted.
 */
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

test.each(['refund.created', 'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed'])(
  '%s is an error in the log that says what to do, and changes no balance',
  async (type) => {
    const customerId = `of_${type.replaceAll('.', '_')}`;
    await createCustomer(brim, customerId);
    const { purchase, checkoutUrl } = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('100') });
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    const sessionId = String(checkoutUrl).split('/').at(-1) ?? '';
    expect(await account.tell(brim, 'checkout.session.completed', sessionId)).toBe(200);
    const { payment_intent: intent } = await account.stripe.checkout.sessions.retrieve(sessionId);

    const object = {
      id: `obj_${customerId}`,
      object: type.split('.')[0],
      payment_intent: intent,
      amount: 1_000,
      currency: 'usd',
    };
    const event = { id: `evt_${customerId}`, type, data: { object: { ...object, amount_refunded: 250, status: 'lost' } } };
    for (let time = 0; time < 2; time += 1) expect(await post(brim, JSON.stringify(event))).toBe(200);

    const told = brim.logged().filter(({ level, msg }) => level === 50 && msg.includes(purchase.id));
    expect(told.map(({ msg }) => msg)).toEqual(
      [0, 1].map(() => expect.stringContaining('do it with voidGrant or adjustBalance')),
    );
    expect(await sql.rows('SELECT outcome, deliveries FROM payment_event WHERE id = $1', [event.id])).toEqual([
      { outcome: 'NOTED', deliveries: 2 },
    ]);
    expect(await findPurchase(brim, purchase.id)).toMatchObject({ status: 'ACTIVE' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '110' });
  },
);
