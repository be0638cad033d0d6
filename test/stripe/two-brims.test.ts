import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStripeAccount, post, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, balanceOf, createCustomer, wanting } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

/** Two Brims with their own databases on one Stripe account. Their customers have the same ids. */
describe('two Brims on one Stripe account', () => {
  let account: StripeAccount;
  let one: ShopBrim;
  let other: ShopBrim;
  let sql: Sql;
  beforeAll(async () => {
    account = await openStripeAccount();
    [one, other] = await Promise.all([account.openShop(), account.openShop()]);
    sql = await openSql(other.databaseUrl);
  });
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  const topUp = { customerId: 'ada', planId: 'top_up', featureQuantities: wanting('100') };
  const sessionOf = async (brim: ShopBrim) => {
    await createCustomer(brim, 'ada');
    const { purchase, checkoutUrl } = await attach(brim, topUp);
    const id = String(checkoutUrl).split('/').at(-1) ?? '';
    return { purchaseId: String(purchase.id), checkoutUrl, session: await account.stripe.checkout.sessions.retrieve(id) };
  };

  test('share no customer of Stripe’s, and ignore each other’s events', async () => {
    const [mine, theirs] = [await sessionOf(one), await sessionOf(other)];
    expect(mine.session.customer).not.toBe(theirs.session.customer);
    const installations = [mine, theirs].map(({ session }) => session.metadata?.['brim_installation_id']);
    expect(installations).toEqual([expect.stringMatching(/^inst_\w{20}$/), expect.stringMatching(/^inst_\w{20}$/)]);
    expect(new Set(installations).size).toBe(2);
    const customer = await account.stripe.customers.retrieve(String(theirs.session.customer));
    expect(customer).toMatchObject({ metadata: { brim_customer_id: 'ada', brim_installation_id: installations[1] } });

    expect((await answerPage(mine.checkoutUrl)).status).toBe(303);
    const asked = other.wire.calls.length;
    expect(await account.tell(other, 'checkout.session.completed', mine.session.id)).toBe(200);
    // The event names the Brim, so no call is needed.
    expect(other.wire.calls.length).toBe(asked);
    expect(await sql.rows('SELECT outcome, note FROM payment_event')).toEqual([
      { outcome: 'IGNORED', note: expect.stringContaining('another Brim') },
    ]);
    expect(await account.tell(one, 'checkout.session.completed', mine.session.id)).toBe(200);
    expect(await balanceOf(one, 'ada')).toMatchObject({ remaining: '110' });
    expect(await balanceOf(other, 'ada')).toMatchObject({ remaining: '10' });
  });

  test('distinguish their pages also where the installation is not named, as in pages of older versions', async () => {
    const object = { id: 'cs_older', object: 'checkout.session', metadata: { brim_purchase_id: 'pu_of_another' } };
    const event = { id: 'evt_older', type: 'checkout.session.completed', data: { object } };
    expect(await post(other, JSON.stringify(event))).toBe(200);
    expect(await sql.rows(`SELECT outcome FROM payment_event WHERE id = 'evt_older'`)).toEqual([{ outcome: 'IGNORED' }]);
  });

  test('an installation keeps its id', async () => {
    const [before] = await sql.rows('SELECT installation_id FROM installation');
    const again = await account.openShop({ databaseUrl: other.databaseUrl });
    await again.close();
    expect(await sql.rows('SELECT installation_id FROM installation')).toEqual([before]);
  });

  test('a customer older than installation ids stays the same customer of Stripe', async () => {
    const { id } = await account.stripe.customers.create({ metadata: { brim_customer_id: 'old_friend' } });
    await createCustomer(other, 'old_friend');
    // As a migration leaves the row.
    await sql.rows(`INSERT INTO payer (customer_id, provider_id) VALUES ('old_friend', $1)`, [id]);
    const { checkoutUrl } = await attach(other, { ...topUp, customerId: 'old_friend' });
    const session = await account.stripe.checkout.sessions.retrieve(String(checkoutUrl).split('/').at(-1) ?? '');
    expect(session.customer).toBe(id);
  });
});
