import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSandboxFixture, type SandboxFixture, SECRET_KEY } from './fixture.ts';

let fixture: SandboxFixture;
let stripe: SandboxFixture['stripe'];
let sandbox: SandboxFixture['sandbox'];
beforeAll(async () => {
  fixture = await openSandboxFixture();
  ({ stripe, sandbox } = fixture);
});
afterAll(() => fixture.close());
beforeEach(() => sandbox.subscriptions.setDunning());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function subscribed({
  method = 'pm_card_visa',
  quantity = 1,
  amount = 3_100,
  once = 0,
} = {}): Promise<Stripe.Subscription> {
  const { id: customer } = await stripe.customers.create({});
  const attached = await stripe.paymentMethods.attach(method, { customer });
  const product = await stripe.products.create({ name: '100 messages' });
  const price = { currency: 'usd', unit_amount: amount, product: product.id, recurring: { interval: 'month' as const } };
  return stripe.subscriptions.create({
    customer,
    items: [{ price_data: price, quantity }],
    ...(once > 0 ? { add_invoice_items: [{ price_data: { currency: 'usd', unit_amount: once, product: product.id } }] } : {}),
    default_payment_method: attached.id,
    payment_behavior: 'error_if_incomplete',
    off_session: true,
  });
}

const periodOf = ({ items }: Stripe.Subscription) => items.data[0]?.current_period_end ?? 0;

/** Moves the sandbox's clock to the end of the period, and past the hour of the draft. */
const renew = (subscription: Stripe.Subscription, moreMs = HOUR_MS) =>
  sandbox.clock.advance(new Date(periodOf(subscription) * 1_000 + moreMs));

const invoicesOf = async ({ id }: Stripe.Subscription) => (await stripe.invoices.list({ subscription: id, limit: 100 })).data;

async function eventsAbout(objectId: string): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 });
  return events.data
    .filter(({ data }) => 'id' in data.object && data.object.id === objectId)
    .map(({ type }) => type)
    .reverse();
}

describe('a renewal', () => {
  test('is a draft for an hour, and is then charged for the next period', async () => {
    const subscription = await subscribed({ quantity: 2, once: 700 });
    await renew(subscription, 0);
    const [draft] = await invoicesOf(subscription);
    expect(draft).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle', total: 6_200 });
    await renew(subscription);
    const [paid] = await invoicesOf(subscription);
    expect(paid).toMatchObject({
      id: draft?.id,
      status: 'paid',
      amount_paid: 6_200,
      hosted_invoice_url: expect.stringContaining(draft?.id ?? ''),
    });
    const now = await stripe.subscriptions.retrieve(subscription.id);
    expect(paid?.lines.data.map(({ quantity, period }) => [quantity, period])).toEqual([
      [2, { start: periodOf(subscription), end: periodOf(now) }],
    ]);
    expect(await eventsAbout(paid?.id ?? '')).toEqual([
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
  });

  test('happens at its own instant, however far the clock is moved over HTTP', async () => {
    const subscription = await subscribed();
    const to = new Date(sandbox.clock.now().getTime() + 95 * DAY_MS);
    const answer = await fetch(`${fixture.origin}/sandbox/clock`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET_KEY}` },
      body: new URLSearchParams({ to: to.toISOString() }),
    });
    expect(answer.status).toBe(200);
    const invoices = await invoicesOf(subscription);
    expect(invoices).toHaveLength(4);
    expect(invoices[2]).toMatchObject({ status: 'paid', created: periodOf(subscription) });
  });

  test('that fails is tried again, and paying with another card makes the subscription active', async () => {
    const subscription = await subscribed();
    await sandbox.subscriptions.failNext(subscription.id, { times: 2 });
    await renew(subscription, DAY_MS + 2 * HOUR_MS);
    const [open] = await invoicesOf(subscription);
    expect(open).toMatchObject({ status: 'open', attempt_count: 2, next_payment_attempt: expect.any(Number) });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    expect(await eventsAbout(open?.id ?? '')).toContain('invoice.payment_failed');

    const paid = await stripe.invoices.pay(open?.id ?? '', { payment_method: 'pm_card_mastercard' });
    expect(paid).toMatchObject({ status: 'paid', attempt_count: 3, next_payment_attempt: null });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test('that fails can be paid by the customer on the page of the invoice', async () => {
    const subscription = await subscribed();
    await sandbox.subscriptions.failNext(subscription.id);
    await renew(subscription);
    const page = (await invoicesOf(subscription))[0]?.hosted_invoice_url ?? '';
    expect(await (await fetch(page)).text()).toContain('$31.00');
    expect((await fixture.press(`${page}/pay`, { card: '4000000000000002' })).status).toBe(402);
    expect((await fixture.press(`${page}/pay`, { card: '4242424242424242' })).status).toBe(303);
    expect((await invoicesOf(subscription))[0]).toMatchObject({ status: 'paid', attempt_count: 3 });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test.each([
    ['cancel', 'canceled'],
    ['mark_unpaid', 'unpaid'],
    ['leave_past_due', 'past_due'],
  ] as const)('that is given up: %s', async (afterwards, status) => {
    const subscription = await subscribed();
    await sandbox.subscriptions.setDunning({ retryDays: [1], afterwards });
    await sandbox.subscriptions.failNext(subscription.id, { times: 2 });
    await renew(subscription, 2 * DAY_MS);
    expect((await invoicesOf(subscription))[0]).toMatchObject({ status: 'open', attempt_count: 2, next_payment_attempt: null });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status });
  });
});

describe('an end', () => {
  test('with the period can be taken back until then', async () => {
    const subscription = await subscribed();
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect(ending).toMatchObject({ cancel_at_period_end: true, cancel_at: periodOf(subscription), status: 'active' });
    expect(await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })).toMatchObject({
      cancel_at: null,
    });
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await renew(subscription);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: periodOf(subscription),
    });
    expect(await invoicesOf(subscription)).toHaveLength(1);
    expect((await eventsAbout(subscription.id)).at(-1)).toBe('customer.subscription.deleted');
  });

  test('now gives back what is left of the period, where it is asked to', async () => {
    const subscription = await subscribed();
    await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true });
    const customer = await stripe.customers.retrieve(String(subscription.customer));
    expect(customer).toMatchObject({ balance: -3_100 });
    await expect(stripe.subscriptions.update(subscription.id, { metadata: { a: 'b' } })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

describe('a change', () => {
  test('of the quantity waits for the next invoice, by seconds', async () => {
    const subscription = await subscribed();
    const { current_period_start: start = 0, current_period_end: end = 0, id = '' } = subscription.items.data[0] ?? {};
    await sandbox.clock.advance(new Date((start + Math.floor((end - start) / 2)) * 1_000));
    await stripe.subscriptions.update(subscription.id, { items: [{ id, quantity: 3 }] });
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual([-1_550, 4_650, 9_300]);
    await renew(subscription);
    expect((await invoicesOf(subscription))[0]).toMatchObject({ status: 'paid', total: 12_400 });
  });

  test('at once begins a period that is paid now, less what is left of the old one', async () => {
    const subscription = await subscribed();
    const { current_period_start: start = 0, current_period_end: end = 0, id = '' } = subscription.items.data[0] ?? {};
    await sandbox.clock.advance(new Date((start + Math.floor((end - start) / 2)) * 1_000));
    const product = await stripe.products.create({ name: 'More' });
    const price = { currency: 'usd', unit_amount: 5_000, product: product.id, recurring: { interval: 'month' as const } };
    const change = {
      items: [
        { id, deleted: true },
        { price_data: price, quantity: 1 },
      ],
    };
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { ...change, billing_cycle_anchor: { type: 'now' }, proration_behavior: 'always_invoice' },
    });
    expect(preview).toMatchObject({ amount_due: 3_450 });
    const params = {
      ...change,
      billing_cycle_anchor: { type: 'now' as const },
      proration_behavior: 'always_invoice' as const,
      payment_behavior: 'error_if_incomplete' as const,
      off_session: true,
      metadata: { brim_purchase_id: 'pu_9' },
    };
    await sandbox.subscriptions.failNext(subscription.id);
    await expect(stripe.subscriptions.update(subscription.id, params)).rejects.toMatchObject({ code: 'card_declined' });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(subscription);

    const changed = await stripe.subscriptions.update(subscription.id, { ...params, expand: ['latest_invoice'] });
    expect(changed).toMatchObject({
      latest_invoice: { status: 'paid', amount_paid: 3_450, billing_reason: 'subscription_update' },
      metadata: { brim_purchase_id: 'pu_9' },
      items: {
        data: [{ price: { unit_amount: 5_000 }, current_period_start: Math.floor(sandbox.clock.now().getTime() / 1_000) }],
      },
    });
  });

  test('for the renewal changes nothing now', async () => {
    const subscription = await subscribed();
    const product = await stripe.products.create({ name: 'Less' });
    const price = { currency: 'usd', unit_amount: 900, product: product.id, recurring: { interval: 'month' as const } };
    const items = [
      { id: subscription.items.data[0]?.id ?? '', deleted: true },
      { price_data: price, quantity: 1 },
    ];
    await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'none' });
    expect(await invoicesOf(subscription)).toHaveLength(1);
    await renew(subscription);
    expect((await invoicesOf(subscription))[0]).toMatchObject({ status: 'paid', total: 900 });
  });

  test('at Stripe’s side pauses and resumes it, or its collection', async () => {
    const subscription = await subscribed();
    await sandbox.subscriptions.pause(subscription.id);
    await renew(subscription);
    expect(await invoicesOf(subscription)).toHaveLength(1);
    await sandbox.subscriptions.resume(subscription.id);
    const resumed = await stripe.subscriptions.retrieve(subscription.id);
    expect(resumed.status).toBe('active');
    expect(await invoicesOf(subscription)).toHaveLength(2);
    await sandbox.subscriptions.pauseCollection(subscription.id, 'void');
    await renew(resumed);
    expect((await invoicesOf(subscription))[0]).toMatchObject({ status: 'void' });
    const [paused] = (await stripe.events.list({ type: 'customer.subscription.paused' })).data;
    expect(paused?.data.object).toMatchObject({ id: subscription.id, status: 'paused' });
    const [resumption] = (await stripe.events.list({ type: 'customer.subscription.resumed' })).data;
    expect(resumption?.data.object).toMatchObject({ id: subscription.id, status: 'active' });
  });
});

test('a subscription of the 31st renews on the last days of shorter months, without a gap', async () => {
  await sandbox.clock.advance(new Date('2028-01-31T09:30:00Z'));
  const subscription = await subscribed();
  await sandbox.clock.advance(new Date('2028-05-31T12:00:00Z'));
  const periods = (await invoicesOf(subscription)).map(({ lines }) => lines.data[0]?.period).reverse();
  const instant = (at = 0) => new Date(at * 1_000).toISOString();
  expect(periods.map((period) => instant(period?.start))).toEqual(
    ['01-31', '02-29', '03-31', '04-30', '05-31'].map((day) => `2028-${day}T09:30:00.000Z`),
  );
  expect(periods.slice(0, -1).map((period) => period?.end)).toEqual(periods.slice(1).map((period) => period?.start));
});
