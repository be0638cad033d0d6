import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, pageOf, type SandboxFixture, sessionParams } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

const MONTH_OF_MARCH = {
  start: Date.parse('2026-03-01T12:00:00Z') / 1_000,
  end: Date.parse('2026-04-01T12:00:00Z') / 1_000,
};

const monthly = (changes: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  sessionParams(1, {
    mode: 'subscription',
    line_items: [
      {
        quantity: 2,
        price_data: {
          currency: 'usd',
          unit_amount: 1_000,
          recurring: { interval: 'month' },
          product_data: { name: '100 messages' },
        },
      },
    ],
    subscription_data: { metadata: { brim_purchase_id: 'pu_1' } },
    ...changes,
  });

/** A customer whose default is this payment method. */
async function customerWith(method: string): Promise<Stripe.Customer> {
  const { id } = await fixture.stripe.customers.create({});
  const attached = await fixture.stripe.paymentMethods.attach(method, { customer: id });
  return fixture.stripe.customers.update(id, { invoice_settings: { default_payment_method: attached.id } });
}

async function subscribed(session: Stripe.Checkout.Session): Promise<Stripe.Checkout.Session> {
  await fixture.press(`${pageOf(session)}/complete`, { outcome: 'pay' });
  return fixture.stripe.checkout.sessions.retrieve(session.id);
}

/** The types of the events since the customer was made, oldest first. */
async function eventTypes(): Promise<string[]> {
  const events = await fixture.stripe.events.list({ limit: 100 });
  return events.data.map(({ type }) => type).reverse();
}

describe('a checkout in mode subscription', () => {
  test('makes a subscription, its paid first invoice, and what links it to a payment intent', async () => {
    const { stripe } = fixture;
    const customer = await stripe.customers.create({ name: 'Ada' });
    const session = await subscribed(await stripe.checkout.sessions.create(monthly({ customer: customer.id })));
    expect(session).toMatchObject({ mode: 'subscription', status: 'complete', payment_status: 'paid', payment_intent: null });

    const subscription = await stripe.subscriptions.retrieve(String(session.subscription), {
      expand: ['latest_invoice.payments'],
    });
    expect(subscription).toMatchObject({
      status: 'active',
      customer: customer.id,
      cancel_at_period_end: false,
      metadata: { brim_purchase_id: 'pu_1' },
    });
    expect(subscription.items.data).toMatchObject([
      {
        quantity: 2,
        price: { unit_amount: 1_000, recurring: { interval: 'month', interval_count: 1 } },
        current_period_start: MONTH_OF_MARCH.start,
        current_period_end: MONTH_OF_MARCH.end,
      },
    ]);

    const invoice = await stripe.invoices.retrieve(String(session.invoice), {
      expand: ['payments.data.payment.payment_intent', 'payments'],
    });
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      total: 2_000,
      amount_due: 2_000,
      amount_paid: 2_000,
      parent: { subscription_details: { subscription: subscription.id, metadata: { brim_purchase_id: 'pu_1' } } },
    });
    expect(invoice.lines.data).toMatchObject([
      {
        amount: 2_000,
        quantity: 2,
        period: MONTH_OF_MARCH,
        pricing: { price_details: { price: subscription.items.data[0]?.price.id } },
        parent: { subscription_item_details: { subscription_item: subscription.items.data[0]?.id, proration: false } },
      },
    ]);
    expect(subscription.latest_invoice).toMatchObject({ id: invoice.id, payments: { data: [{ status: 'paid' }] } });

    const intent = invoice.payments?.data[0]?.payment.payment_intent;
    expect(intent).toMatchObject({ object: 'payment_intent', status: 'succeeded', amount: 2_000, customer: customer.id });
    const found = await stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: typeof intent === 'string' ? intent : (intent?.id ?? '') },
    });
    expect(found.data).toMatchObject([{ invoice: invoice.id, amount_paid: 2_000, status: 'paid' }]);
    expect((await stripe.invoices.list({ subscription: subscription.id })).data.map(({ id }) => id)).toEqual([invoice.id]);
    expect(await eventTypes()).toEqual(
      expect.arrayContaining([
        'customer.subscription.created',
        'invoice.created',
        'invoice.finalized',
        'payment_intent.succeeded',
        'invoice.paid',
        'customer.subscription.updated',
        'checkout.session.completed',
      ]),
    );
  });

  test('bills what is paid once with the first invoice', async () => {
    const line = monthly().line_items ?? [];
    const once = { quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Start' } } };
    const session = await subscribed(await fixture.stripe.checkout.sessions.create(monthly({ line_items: [...line, once] })));
    const invoice = await fixture.stripe.invoices.retrieve(String(session.invoice));
    expect(invoice.lines.data.map(({ amount, parent }) => [amount, parent?.type])).toEqual([
      [2_000, 'subscription_item_details'],
      [500, 'invoice_item_details'],
    ]);
    const subscription = await fixture.stripe.subscriptions.retrieve(String(session.subscription));
    expect(subscription.items.data).toHaveLength(1);
  });

  test('stays open where the bank refuses, and a bank debit pays it later', async () => {
    const { stripe } = fixture;
    const { id: customer } = await stripe.customers.create({});
    const session = await stripe.checkout.sessions.create(monthly({ customer }));
    expect((await fixture.press(`${pageOf(session)}/complete`, { outcome: 'decline' })).status).toBe(402);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open', subscription: null });

    await fixture.press(`${pageOf(session)}/complete`, { outcome: 'pay_later' });
    const pending = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice', 'subscription'] });
    expect(pending).toMatchObject({ payment_status: 'unpaid', invoice: { status: 'open' }, subscription: { status: 'active' } });
    const [payment] = (
      await stripe.invoicePayments.list({ invoice: String((await stripe.checkout.sessions.retrieve(session.id)).invoice) })
    ).data;
    await fixture.sandbox.debits.arrive(String(payment?.payment.payment_intent));
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
    expect(paid).toMatchObject({ payment_status: 'paid', invoice: { status: 'paid', amount_paid: 2_000 } });
  });

  test.each([
    ['without a recurring price', sessionParams(1, { mode: 'subscription' }), 'line_items'],
    ['with a description of the payment', monthly({ payment_intent_data: { description: 'x' } }), 'payment_intent_data'],
    ['that is of mode payment after all', sessionParams(1, { line_items: monthly().line_items ?? [] }), 'line_items'],
  ])('%s is refused', async (_title, params, param) => {
    await expect(fixture.stripe.checkout.sessions.create(params)).rejects.toMatchObject({ statusCode: 400, param });
  });
});

describe('a subscription through the API', () => {
  test('sells a price of the catalogue', async () => {
    const { stripe } = fixture;
    const product = await stripe.products.create({ name: 'Pro' });
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1_500,
      product: product.id,
      recurring: { interval: 'week', interval_count: 2 },
      metadata: { plan: 'pro' },
    });
    const customer = await customerWith('pm_card_visa');
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 3 }],
      payment_behavior: 'error_if_incomplete',
      off_session: true,
      metadata: { brim_purchase_id: 'pu_2' },
      expand: ['latest_invoice'],
    });
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'paid', amount_paid: 4_500 } });
    const [item] = subscription.items.data;
    expect((item?.current_period_end ?? 0) - (item?.current_period_start ?? 0)).toBe(14 * 86_400);
    expect((await stripe.subscriptions.list({ customer: customer.id })).data).toHaveLength(1);
  });

  test('refuses a price that is paid once', async () => {
    const customer = await fixture.stripe.customers.create({});
    const price = await fixture.stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'Once' } });
    await expect(
      fixture.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: price.id }],
        payment_behavior: 'error_if_incomplete',
        off_session: true,
      }),
    ).rejects.toMatchObject({ param: 'items' });
  });

  test('does not begin where the bank refuses, and says why', async () => {
    const customer = await customerWith('pm_card_chargeCustomerFail');
    const line = { currency: 'usd', unit_amount: 900, recurring: { interval: 'month' as const } };
    const product = await fixture.stripe.products.create({ name: 'Basic' });
    const call = fixture.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price_data: { ...line, product: product.id } }],
      payment_behavior: 'error_if_incomplete',
      off_session: true,
    });
    await expect(call).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      payment_intent: { status: 'requires_payment_method', amount: 900 },
    });
    expect((await fixture.stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
  });
});
