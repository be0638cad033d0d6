import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, pageOf, type SandboxFixture, thrownBy } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

const newCustomer = async () => (await fixture.stripe.customers.create({ name: 'Ada' })).id;
const methodsOf = async (customer: string) => (await fixture.stripe.paymentMethods.list({ customer })).data;
async function defaultOf(customer: string) {
  const found = await fixture.stripe.customers.retrieve(customer);
  return found.deleted === true ? undefined : found.invoice_settings.default_payment_method;
}
async function newestEvents(count: number): Promise<readonly string[]> {
  const { data } = await fixture.stripe.events.list({ limit: count });
  return data.map(({ type }) => type).reverse();
}

describe('a checkout in mode setup', () => {
  const setupParams = (customer: string): Stripe.Checkout.SessionCreateParams => ({
    mode: 'setup',
    customer,
    currency: 'usd',
    success_url: 'https://app.test/return?session={CHECKOUT_SESSION_ID}',
    setup_intent_data: { metadata: { brim_customer_id: 'ada' } },
  });

  test('saves the card of the page without a payment', async () => {
    const customer = await newCustomer();
    const session = await fixture.stripe.checkout.sessions.create(setupParams(customer));
    expect(session).toMatchObject({ mode: 'setup', status: 'open', payment_status: 'no_payment_required', amount_total: null });
    expect(await (await fetch(pageOf(session))).text()).toContain('Save this card');
    const declined = await fixture.press(`${pageOf(session)}/complete`, { card: '4000000000000002' });
    expect([declined.status, await newestEvents(1)]).toEqual([402, ['setup_intent.setup_failed']]);
    expect((await fixture.press(`${pageOf(session)}/complete`)).status).toBe(303);

    const after = await fixture.stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method'] });
    expect(after).toMatchObject({
      status: 'complete',
      payment_intent: null,
      setup_intent: { status: 'succeeded', metadata: { brim_customer_id: 'ada' }, payment_method: { card: { last4: '4242' } } },
    });
    expect(await newestEvents(3)).toEqual(['payment_method.attached', 'setup_intent.succeeded', 'checkout.session.completed']);
    expect(await methodsOf(customer)).toHaveLength(1);
    expect(await defaultOf(customer)).toBeNull();
    const [setup] = (await fixture.stripe.setupIntents.list({ customer })).data;
    expect(await fixture.stripe.setupIntents.retrieve(setup?.id ?? '')).toEqual(setup);
  });

  test('names its currency, and no line', async () => {
    const { currency: _, ...without } = setupParams(await newCustomer());
    expect((await thrownBy(fixture.stripe.checkout.sessions.create(without))).param).toBe('currency');
  });
});

describe('the billing portal', () => {
  test('changes the card and the default, and removes one', async () => {
    const customer = await newCustomer();
    const session = await fixture.stripe.billingPortal.sessions.create({
      customer,
      return_url: 'https://app.test/account',
      flow_data: { type: 'payment_method_update' },
    });
    expect((await fixture.press(`${session.url}/card`, { card: '5555555555554444' })).status).toBe(303);
    expect(await newestEvents(2)).toEqual(['payment_method.attached', 'customer.updated']);
    const [method] = await methodsOf(customer);
    expect([method?.card?.brand, await defaultOf(customer)]).toEqual(['mastercard', method?.id]);
    const text = await (await fetch(session.url)).text();
    for (const part of ['mastercard ···· 4444', 'default', 'https://app.test/account']) expect(text).toContain(part);

    expect((await fixture.press(`${session.url}/card`, { card: '4000000000000002' })).status).toBe(402);
    expect((await fixture.press(`${session.url}/remove`, { method: method?.id ?? '' })).status).toBe(303);
    expect([await methodsOf(customer), await defaultOf(customer)]).toEqual([[], null]);
    expect((await fetch(`${fixture.origin}/sandbox/portal/bps_nothing`)).status).toBe(404);
  });
});

test('a network renews a saved card, which may be declined from then on', async () => {
  const customer = await newCustomer();
  const { id } = await fixture.stripe.paymentMethods.attach('pm_card_visa', { customer });
  expect(await fixture.sandbox.methods.change(id, { expMonth: 3, expYear: 2040 })).toMatchObject({
    card: { last4: '4242', exp_month: 3, exp_year: 2040 },
  });
  expect(await newestEvents(1)).toEqual(['payment_method.automatically_updated']);
  await fixture.sandbox.methods.change(id, { card: 'pm_card_chargeDeclinedInsufficientFunds' });
  const charge = { amount: 500, currency: 'usd', customer, payment_method: id, off_session: true, confirm: true };
  expect((await thrownBy(fixture.stripe.paymentIntents.create(charge))).decline_code).toBe('insufficient_funds');
  expect((await fixture.sandbox.methods.remove(id)).customer).toBeNull();
});

test('an e-mail address without a dot in its domain is refused, as by Stripe', async () => {
  const customer = await newCustomer();
  const error = await thrownBy(fixture.stripe.customers.update(customer, { email: 'jo@localhost' }));
  expect([error.code, error.param]).toEqual(['email_invalid', 'email']);
});
