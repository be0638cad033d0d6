import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postRaw } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { balanceOf, MESSAGES, openShop } from '../support/shop.ts';

describe('customer_data over /v1', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const ask = async (verb: string, body: unknown) => {
    const response = await postRaw(brim, verb, JSON.stringify(body));
    return { status: response.status, body: Object(await response.json()) };
  };
  const customer = async (id: string) =>
    (
      await brim.data('query ($id: ID!) { customer(id: $id) { name email metadata purchases { nodes { plan { id } } } } }', {
        id,
      })
    ).customer;
  const data = { name: 'Jo', email: 'jo@example.com', metadata: { plan: 2 } };
  const made = { ...data, purchases: { nodes: [{ plan: { id: 'free' } }] } };

  it('makes the customer that is asked about first, with the free plans', async () => {
    const who = (customer_id: string) => ({ customer_id, feature_id: MESSAGES, customer_data: data });
    expect(await ask('balances.check', who('checked'))).toMatchObject({
      status: 200,
      body: { allowed: true, balance: { remaining: 10 } },
    });
    expect(await ask('balances.track', { ...who('tracked'), value: 3 })).toMatchObject({
      body: { value: 3, balance: { remaining: 7 } },
    });
    expect(await ask('balances.batch_track', [who('listed'), who('listed'), who('other')])).toMatchObject({ status: 202 });
    expect(await balanceOf(brim, 'listed')).toMatchObject({ remaining: '8' });
    const request = { customer_id: 'bought', plan_id: 'top_up', feature_quantities: [{ feature_id: MESSAGES, quantity: 100 }] };
    expect(await ask('billing.attach', { ...request, customer_data: data })).toMatchObject({
      body: { customer_id: 'bought', payment_url: expect.stringMatching(/^http/) },
    });
    for (const id of ['checked', 'tracked', 'listed', 'other', 'bought']) expect(await customer(id)).toMatchObject({ ...data });
    expect(await customer('checked')).toEqual(made);
  });

  it('made by many requests at once is one customer, and fills in what is missing of one that is there', async () => {
    const first = { customer_id: 'racer', feature_id: MESSAGES };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask('balances.track', { ...first, customer_data: { name: 'Jo' } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await balanceOf(brim, 'racer')).toMatchObject({ remaining: '2', granted: '10' });
    await ask('balances.check', { ...first, customer_data: { name: 'Another', email: 'jo@example.com' } });
    expect(await customer('racer')).toMatchObject({ name: 'Jo', email: 'jo@example.com' });
  });

  it('is refused by its place, and without it an unknown customer is a 404', async () => {
    const who = { customer_id: 'nobody', feature_id: MESSAGES };
    for (const [customer_data, message] of [
      [{ email: 'no address' }, 'customer_data.email: must be an email address'],
      [{ fingerprint: 'x' }, 'customer_data.fingerprint: is not supported by Brim'],
      ['Jo', 'customer_data: must be a JSON object'],
    ] as const) {
      expect(await ask('balances.check', { ...who, customer_data })).toMatchObject({ status: 400, body: { message } });
    }
    for (const verb of ['balances.check', 'balances.track']) {
      for (const nothing of [{}, { customer_data: null }])
        expect(await ask(verb, { ...who, ...nothing })).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    }
    expect(await customer('nobody')).toBeNull();
  });
});
