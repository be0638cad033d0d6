/** What Brim knows of the cards that customers save. Webhooks are held back: tests deliver them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStripe } from '../../src/stripe/client.ts';
import type { TestBrim } from '../support/brim.ts';
import { ACCOUNT_KEY } from '../support/shop/stripe-account.ts';
import {
  answerPage,
  askForTopUp,
  attach,
  createCustomer,
  createCustomerToken,
  MESSAGES,
  openShop,
  pay,
  SEED,
  sandboxOf,
  wanting,
} from '../support/shop.ts';
import { openSql } from '../support/witness.ts';

const SETUP = `mutation ($input: CreateSetupSessionInput!) { createSetupSession(input: $input) {
  __typename
  ... on CreateSetupSessionSuccess { url }
  ... on InvalidInputError { issues { path message } }
} }`;
const METHOD = 'query ($id: ID!) { customer(id: $id) { paymentMethod { brand last4 expiresMonth expiresYear } } }';
const VISA = { brand: 'visa', last4: '4242', expiresMonth: 12, expiresYear: expect.any(Number) };
const MASTERCARD = '5555555555554444';

describe('a saved card', () => {
  let brim: TestBrim;
  let token: string;
  beforeAll(async () => {
    brim = await openShop({
      sandboxDelivery: 'held',
      config: { corsOrigins: ['https://app.example'] },
      catalogue: {
        ...SEED,
        plans: [
          ...SEED.plans,
          {
            id: 'pro',
            price: { amount: { amount: '20', currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
            items: [{ featureId: MESSAGES, included: '500' }],
          },
        ],
      },
    });
    await createCustomer(brim, 'ada');
    await createCustomer(brim, 'bob');
    token = await createCustomerToken(brim, 'ada', []);
  });
  afterAll(() => brim.close());

  const stripe = () => openStripe({ secretKey: ACCOUNT_KEY, apiUrl: () => `${brim.url}/sandbox/stripe` });
  const methodOf = async (id: string) => (await brim.data(METHOD, { id })).customer.paymentMethod;
  const openSetup = async (input: Record<string, unknown>, credential?: string) =>
    (await brim.data(SETUP, { input }, credential)).createSetupSession;
  const setUp = async (customerId: string, card?: string) => {
    const { url } = await openSetup({ customerId, successUrl: 'https://app.example/saved' });
    const fields = card === undefined ? {} : { body: new URLSearchParams({ outcome: 'pay', card }) };
    const answer = await fetch(`${url}/complete`, { method: 'POST', redirect: 'manual', ...fields });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://app.example/saved']);
  };
  /** Stripe's id of a customer whom it has. */
  const payerOf = async (customerId: string): Promise<string> => {
    const sql = await openSql(brim.databaseUrl);
    const [row] = await sql.rows<{ provider_id: string }>('SELECT provider_id FROM payer WHERE customer_id = $1', [customerId]);
    await sql.close();
    return row?.provider_id ?? '';
  };
  const atStripe = async (customerId: string) => {
    const payer = await payerOf(customerId);
    const customer = await stripe().customers.retrieve(payer);
    const methods = await stripe().customers.listPaymentMethods(payer);
    return {
      newest: methods.data[0]?.id ?? '',
      methods: methods.data.map(({ id }) => id),
      byDefault: customer.deleted ? undefined : customer.invoice_settings.default_payment_method,
    };
  };
  /** Delivers what waits, in this order, until nothing more comes of it. */
  async function deliverAll(order: (events: { id: string; type: string }[]) => { id: string; type: string }[] = (all) => all) {
    const types: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const events = order([...(await sandboxOf(brim).events.pending())]);
      if (events.length === 0) return types;
      for (const { id, type } of events) {
        types.push(type);
        expect(await sandboxOf(brim).events.deliver(id)).toEqual([expect.objectContaining({ status: 200 })]);
      }
    }
    throw new Error('There is no end of events.');
  }

  it('is kept by a payment page that was asked to, and known without any webhook', async () => {
    const { purchaseId, checkoutUrl } = await askForTopUp(brim, 'keeps', '100', { savePaymentMethod: true });
    expect(await methodOf('keeps')).toBeNull();
    await pay(checkoutUrl);
    await fetch(`${brim.url}/checkout/return/${purchaseId}`, { redirect: 'manual' });
    expect(await methodOf('keeps')).toEqual(VISA);
    const { newest, byDefault } = await atStripe('keeps');
    expect(byDefault).toBe(newest);
    await deliverAll();
    expect(await methodOf('keeps')).toEqual(VISA);
  });

  it('is not kept where nobody asked', async () => {
    const { purchaseId, checkoutUrl } = await askForTopUp(brim, 'keeps_none');
    await pay(checkoutUrl);
    await fetch(`${brim.url}/checkout/return/${purchaseId}`, { redirect: 'manual' });
    await deliverAll();
    expect(await methodOf('keeps_none')).toBeNull();
    expect((await atStripe('keeps_none')).methods).toEqual([]);
  });

  it('is kept by what recurs', async () => {
    await createCustomer(brim, 'recurs');
    const { purchase, checkoutUrl } = await attach(brim, { customerId: 'recurs', planId: 'pro' });
    await pay(checkoutUrl);
    await fetch(`${brim.url}/checkout/return/${purchase.id}`, { redirect: 'manual' });
    expect(await methodOf('recurs')).toEqual(VISA);
    await deliverAll();
  });

  it('is another purchase where only one of two attaches keeps it', async () => {
    const first = await askForTopUp(brim, 'changes_mind', '100');
    const second = await attach(brim, {
      ...{ customerId: 'changes_mind', planId: 'top_up', savePaymentMethod: true },
      featureQuantities: wanting('100'),
    });
    expect(second.purchase.id).not.toBe(first.purchaseId);
    await deliverAll();
  });

  it('is saved by a page that sells nothing, and the newest one becomes the default, once', async () => {
    await setUp('ada');
    await deliverAll();
    expect(await methodOf('ada')).toEqual(VISA);
    const [first] = (await atStripe('ada')).methods;
    const events = (await stripe().events.list({ type: 'setup_intent.succeeded', limit: 1 })).data;
    await setUp('ada', MASTERCARD);
    await deliverAll((all) => all.toReversed());
    expect(await methodOf('ada')).toMatchObject({ brand: 'mastercard', last4: '4444' });
    const { newest, byDefault } = await atStripe('ada');
    expect(byDefault).toBe(newest);
    // The event of the older card comes once more, and then its owner chooses that card.
    await sandboxOf(brim).events.deliver(events[0]?.id ?? '', { times: 2 });
    expect(await methodOf('ada')).toMatchObject({ last4: '4444' });
    await stripe().customers.update(await payerOf('ada'), { invoice_settings: { default_payment_method: String(first) } });
    await deliverAll();
    expect(await methodOf('ada')).toMatchObject({ last4: '4242' });
    expect((await atStripe('ada')).byDefault).toBe(first);
  });

  it('is renewed by its network, and gone once it is removed', async () => {
    await createCustomer(brim, 'renewed');
    await setUp('renewed');
    await deliverAll();
    const [method = ''] = (await atStripe('renewed')).methods;
    await sandboxOf(brim).methods.change(method, { expMonth: 7, expYear: 2040 });
    expect(await deliverAll()).toEqual(['payment_method.automatically_updated']);
    expect(await methodOf('renewed')).toMatchObject({ last4: '4242', expiresMonth: 7, expiresYear: 2040 });
    await sandboxOf(brim).methods.remove(method);
    // A removed method names no customer, so the event says whose it was.
    expect(await deliverAll((all) => all.filter(({ type }) => type === 'payment_method.detached'))).toEqual([
      'payment_method.detached',
    ]);
    expect(await methodOf('renewed')).toBeNull();
  });

  it('is gone with its customer at Stripe', async () => {
    await createCustomer(brim, 'forgotten');
    await setUp('forgotten');
    const first = (await sandboxOf(brim).events.pending()).find(({ type }) => type === 'setup_intent.succeeded');
    await sandboxOf(brim).events.deliver(first?.id ?? '');
    expect(await methodOf('forgotten')).toEqual(VISA);
    const payer = await payerOf('forgotten');
    const sql = await openSql(brim.databaseUrl);
    await sql.rows('DELETE FROM stripe_sandbox.object WHERE id = $1', [payer]);
    await sql.close();
    await deliverAll();
    expect(await methodOf('forgotten')).toBeNull();
    await setUp('forgotten', MASTERCARD);
    await deliverAll();
    expect(await methodOf('forgotten')).toMatchObject({ last4: '4444' });
  });

  it('is saved and seen by a customer token for its own customer only', async () => {
    const successUrl = 'https://app.example/saved';
    expect(await openSetup({ successUrl }, token)).toMatchObject({ __typename: 'CreateSetupSessionSuccess' });
    expect(await openSetup({ customerId: 'bob', successUrl }, token)).toEqual({ __typename: 'CustomerNotFoundError' });
    const { viewer, customer } = await brim.data(
      '{ viewer { paymentMethod { last4 } } customer(id: "keeps") { paymentMethod { last4 } } }',
      {},
      token,
    );
    expect([viewer, customer]).toEqual([{ paymentMethod: { last4: '4242' } }, null]);
  });

  it('leads a customer token’s customer only to origins that the operator named', async () => {
    const evil = { successUrl: 'https://evil.example', cancelUrl: 'http://evil.example' };
    expect(await openSetup(evil, token)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['successUrl'] }, { path: ['cancelUrl'] }],
    });
    const named = { successUrl: 'https://evil.example', cancelUrl: 'https://evil.example/no', customerId: 'bob' };
    expect(await openSetup(named)).toMatchObject({ __typename: 'CreateSetupSessionSuccess' });
    expect(await openSetup({ customerId: 'bob', successUrl: 'saved' })).toMatchObject({ issues: [{ path: ['successUrl'] }] });
    expect(await openSetup({ customerId: 'nobody', successUrl: 'https://app.example' })).toEqual({
      __typename: 'CustomerNotFoundError',
    });
  });

  it('is not saved by a customer who leaves the page', async () => {
    const cancelUrl = 'https://app.example/no';
    const { url } = await openSetup({ customerId: 'bob', successUrl: 'https://app.example/yes', cancelUrl });
    expect((await answerPage(url, 'cancel')).headers.get('location')).toBe(cancelUrl);
    await deliverAll();
    expect(await methodOf('bob')).toBeNull();
  });
});
