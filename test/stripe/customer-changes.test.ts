import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { attach, createCustomer, wanting } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

/** Changes of a customer reach Stripe in order. Two processes share one database. */
describe('a changed name or e-mail address', () => {
  let account: StripeAccount;
  let here: ShopBrim;
  let there: ShopBrim;
  let sql: Sql;
  beforeAll(async () => {
    account = await openStripeAccount();
    here = await account.openShop();
    there = await account.openShop({ databaseUrl: here.databaseUrl });
    sql = await openSql(here.databaseUrl);
  });
  afterEach(() => account.faults.clear());
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  /** A customer that Stripe has. */
  async function payer(id: string): Promise<string> {
    await createCustomer(here, id);
    await change(here, id, { name: 'Ada', email: 'ada@app.test' });
    const { checkoutUrl } = await attach(here, { customerId: id, planId: 'top_up', featureQuantities: wanting('100') });
    const session = await account.stripe.checkout.sessions.retrieve(String(checkoutUrl).split('/').at(-1) ?? '');
    return String(session.customer);
  }
  async function change(brim: ShopBrim, id: string, changes: { name?: string | null; email?: string | null }) {
    const { updateCustomer } = await brim.data(
      'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename ... on Error { message } } }',
      { input: { id, ...changes } },
    );
    expect(updateCustomer).toEqual({ __typename: 'UpdateCustomerSuccess' });
  }
  const untold = () => sql.rows('SELECT customer_id FROM payer WHERE tell_at IS NOT NULL');
  const atStripe = async (id: string) => {
    const customer = await account.stripe.customers.retrieve(id);
    return customer.deleted ? undefined : { name: customer.name, email: customer.email };
  };

  test('reaches Stripe, also where it is cleared', async () => {
    const id = await payer('moves');
    expect(await atStripe(id)).toEqual({ name: 'Ada', email: 'ada@app.test' });
    await change(here, 'moves', { email: 'lovelace@app.test' });
    await until(async () => expect(await atStripe(id)).toEqual({ name: 'Ada', email: 'lovelace@app.test' }));
    await change(there, 'moves', { name: null });
    await until(async () => expect(await atStripe(id)).toEqual({ name: null, email: 'lovelace@app.test' }));
    await until(async () => expect(await untold()).toEqual([]));
  });

  test('reaches Stripe in its newest form, after many changes in both processes', async () => {
    const id = await payer('cannot_decide');
    const changes = Array.from({ length: 30 }, (_, index) =>
      change(index % 2 === 0 ? here : there, 'cannot_decide', { name: `Name ${index}` }),
    );
    await Promise.all(changes);
    await change(there, 'cannot_decide', { name: 'The last' });
    await until(async () => {
      expect(await untold()).toEqual([]);
      expect(await atStripe(id)).toMatchObject({ name: 'The last' });
    });
  });

  test('delays nobody while Stripe is down, and reaches Stripe later', async () => {
    const id = await payer('patient');
    const path = '/v1/customers';
    account.faults.add({ kind: 'server_error', path, method: 'POST', times: 1_000 });
    await change(here, 'patient', { email: 'patient@app.test' });
    await until(() => expect(here.logged().some(({ msg }) => msg.includes('a change of a customer was not told'))).toBe(true));
    expect(await atStripe(id)).toMatchObject({ email: 'ada@app.test' });
    account.faults.clear();
    await sql.rows(`UPDATE payer SET tell_at = now() WHERE tell_at IS NOT NULL`);
    await change(here, 'patient', { name: 'Patient' });
    await until(async () => expect(await atStripe(id)).toEqual({ name: 'Patient', email: 'patient@app.test' }));
  });

  test('reaches Stripe where the process that was sending it died', async () => {
    const id = await payer('orphaned');
    // As a process leaves the row that is killed while it sends: a lease that ends, and a time to
    // try again.
    await sql.rows(
      `UPDATE payer SET name = 'Orphan', tell_at = now() - interval '1 second', telling_until = now() - interval '1 second'
       WHERE customer_id = 'orphaned'`,
    );
    await payer('another');
    await change(here, 'another', { name: 'Another' });
    await until(async () => expect(await atStripe(id)).toMatchObject({ name: 'Orphan' }));
  });

  test('that Stripe refuses clears the address there, and blocks no purchase', async () => {
    await createCustomer(here, 'odd');
    await sql.rows(`UPDATE customer SET email = 'nobody' WHERE id = 'odd'`);
    const { checkoutUrl } = await attach(here, { customerId: 'odd', planId: 'top_up', featureQuantities: wanting('100') });
    expect(checkoutUrl).toMatch(/^http/);
    expect(here.logged().some(({ msg }) => msg.includes('it is left out there'))).toBe(true);
  });
});
