import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isReplayed, openStripe } from '../../../src/stripe/client.ts';
import { openSandboxFixture, type SandboxFixture, SECRET_KEY, sessionParams, thrownBy } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

/** A call that the SDK's types do not allow. */
function callRaw(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${fixture.origin}/sandbox/stripe${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
}

const priced = (currency: string, unitAmount: number, quantity = 1) =>
  sessionParams(1, {
    line_items: [{ quantity, price_data: { currency, unit_amount: unitAmount, product_data: { name: 'Thing' } } }],
  });

describe('customers', () => {
  test('are created and retrieved', async () => {
    const made = await fixture.stripe.customers.create({
      name: 'Ada',
      email: 'ada@app.test',
      metadata: { brim_customer_id: 'ada' },
    });
    expect(made).toMatchObject({ object: 'customer', name: 'Ada', email: 'ada@app.test', metadata: { brim_customer_id: 'ada' } });
    expect(await fixture.stripe.customers.retrieve(made.id)).toEqual(made);
  });

  test('that do not exist are resource_missing to the SDK', async () => {
    const error = await thrownBy(fixture.stripe.customers.retrieve('cus_nobody'));
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'id' });
  });

  test('are refused with a malformed email', async () => {
    expect(await thrownBy(fixture.stripe.customers.create({ email: 'nobody' }))).toMatchObject({
      code: 'email_invalid',
      param: 'email',
    });
  });
});

describe('checkout sessions', () => {
  test('are created open and unpaid, with their total, page and metadata', async () => {
    const session = await fixture.stripe.checkout.sessions.create(
      sessionParams(3, {
        client_reference_id: 'pu_1',
        metadata: { brim_purchase_id: 'pu_1' },
        expand: ['payment_intent', 'line_items'],
      }),
    );
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 3_000,
      currency: 'usd',
      client_reference_id: 'pu_1',
      metadata: { brim_purchase_id: 'pu_1' },
      payment_intent: null,
      url: `${fixture.origin}/sandbox/checkout/${session.id}`,
    });
    expect(session.expires_at - session.created).toBe(24 * 60 * 60);
    expect(session.line_items?.data).toMatchObject([{ quantity: 3, amount_total: 3_000, description: '100 messages' }]);
  });

  test('are retrieved as they were created', async () => {
    const made = await fixture.stripe.checkout.sessions.create(sessionParams());
    expect(await fixture.stripe.checkout.sessions.retrieve(made.id)).toEqual(made);
  });

  test('make a price and a product that can be retrieved', async () => {
    const session = await fixture.stripe.checkout.sessions.create(sessionParams(1, { expand: ['line_items'] }));
    const priceId = session.line_items?.data[0]?.price?.id ?? '';
    const price = await fixture.stripe.prices.retrieve(priceId);
    expect(price).toMatchObject({ unit_amount: 1_000, currency: 'usd', type: 'one_time' });
    expect(price.unit_amount_decimal?.toString()).toBe('1000');
    expect(await fixture.stripe.products.retrieve(String(price.product))).toMatchObject({ name: '100 messages' });
  });

  test('can be expired once, while they are open', async () => {
    const { id } = await fixture.stripe.checkout.sessions.create(sessionParams());
    expect(await fixture.stripe.checkout.sessions.expire(id)).toMatchObject({ status: 'expired', url: null });
    const again = await thrownBy(fixture.stripe.checkout.sessions.expire(id));
    expect(again).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(again.message).toContain('status of `expired`');
  });

  test('expire after 24 hours, with an event', async () => {
    const { id } = await fixture.stripe.checkout.sessions.create(sessionParams());
    fixture.clock.pass(24 * 60 * 60 * 1_000 - 1_000);
    expect((await fixture.stripe.checkout.sessions.retrieve(id)).status).toBe('open');
    fixture.clock.pass(1_000);
    expect((await fixture.stripe.checkout.sessions.retrieve(id)).status).toBe('expired');
    const events = await fixture.stripe.events.list({ type: 'checkout.session.expired' });
    expect(
      events.data.filter((event) => event.data.object.object === 'checkout.session' && event.data.object.id === id),
    ).toHaveLength(1);
  });
});

describe('the sandbox refuses as Stripe does', () => {
  test.each([
    ['an unknown parameter', 'mode=payment&tip=1', { code: 'parameter_unknown', param: 'tip' }],
    ['an unknown nested parameter', 'mode=payment&success_url=https://a.test&line_items[0][quantity]=1&line_items[0][tax]=1', {}],
    ['a missing parameter', 'mode=payment', { code: 'parameter_missing', param: 'success_url' }],
    [
      'a missing nested parameter',
      'mode=payment&success_url=https://a.test&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][product_data][name]=x',
      { code: 'parameter_missing', param: 'line_items[0][price_data][unit_amount]' },
    ],
    [
      'an amount that is no integer',
      'mode=payment&success_url=https://a.test&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=9.99&line_items[0][price_data][product_data][name]=x',
      { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' },
    ],
    ['a parameter given twice', 'mode=payment&mode=payment', { param: 'mode' }],
    ['a list that is a text', 'mode=payment&line_items=x&success_url=https://a.test', { param: 'line_items' }],
  ])('%s', async (_name, body, facts) => {
    const response = await callRaw('/v1/checkout/sessions', body);
    expect(response.status).toBe(400);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.any(String), ...facts },
    });
  });

  test.each([
    ['a currency that is none', priced('zzz', 1_000), 'line_items[0][price_data][currency]'],
    ['less than nothing', priced('usd', -5), 'line_items[0][price_data][unit_amount]'],
    ['nothing at all', priced('eur', 0), 'line_items'],
    ['less than 0.50 usd', priced('usd', 49), 'line_items'],
    ['more than twelve digits in all', priced('usd', 500_000_000_000, 2), 'line_items'],
    ['less than 4 Hong Kong dollars', priced('hkd', 399), 'line_items'],
    ['less than 175 forints', priced('huf', 17_499), 'line_items'],
    ['less than 50 yen', priced('jpy', 49), 'line_items'],
    ['a third decimal of dinars', priced('kwd', 1_005), 'line_items[0][price_data][unit_amount]'],
    ['a fraction of a króna', priced('isk', 550), 'line_items[0][price_data][unit_amount]'],
    ['no units', priced('usd', 1_000, 0), 'line_items[0][quantity]'],
    ['an address that is none', sessionParams(1, { success_url: 'javascript:alert(1)' }), 'success_url'],
    ['too long a metadata value', sessionParams(1, { metadata: { note: 'x'.repeat(501) } }), 'metadata[note]'],
    ['a customer that does not exist', sessionParams(1, { customer: 'cus_nobody' }), 'customer'],
    ['what cannot be expanded', sessionParams(1, { expand: ['metadata'] }), 'expand[0]'],
  ])('%s', async (_name, params, param) => {
    const error = await thrownBy(fixture.stripe.checkout.sessions.create(params));
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error.param).toBe(param);
  });

  test('two currencies in one checkout', async () => {
    const line = (currency: string) => ({
      quantity: 1,
      price_data: { currency, unit_amount: 500, product_data: { name: 'Thing' } },
    });
    const error = await thrownBy(
      fixture.stripe.checkout.sessions.create(sessionParams(1, { line_items: [line('usd'), line('eur')] })),
    );
    expect(error.param).toBe('line_items[1][price_data][currency]');
  });

  test('an unknown address', async () => {
    const error = await thrownBy(fixture.stripe.coupons.create({ percent_off: 10 }));
    expect(error).toMatchObject({ statusCode: 404, type: 'StripeInvalidRequestError' });
    expect(error.message).toContain('/v1/coupons');
  });

  test('a wrong secret key, and a missing one', async () => {
    const stranger = openStripe({ secretKey: 'sk_test_other', apiUrl: `${fixture.origin}/sandbox/stripe` });
    expect(await thrownBy(stranger.customers.create({}))).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect((await fetch(`${fixture.origin}/sandbox/stripe/v1/events`)).status).toBe(401);
  });
});

describe('an idempotency key', () => {
  test('gives the same answer to the same request, marked as a replay', async () => {
    const options = { idempotencyKey: 'same' };
    const first = await fixture.stripe.checkout.sessions.create(sessionParams(), options);
    const second = await fixture.stripe.checkout.sessions.create(sessionParams(), options);
    expect(second).toEqual(first);
    expect([isReplayed(first), isReplayed(second)]).toEqual([false, true]);
  });

  test('is refused for another request', async () => {
    await fixture.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'other' });
    const error = await thrownBy(fixture.stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'other' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error.statusCode).toBe(400);
  });

  test('makes one object for many calls at once', async () => {
    const calls = Array.from({ length: 8 }, () =>
      fixture.stripe.customers.create({ name: 'Once' }, { idempotencyKey: 'at-once' }),
    );
    const ids = new Set((await Promise.all(calls)).map((customer) => customer.id));
    expect(ids.size).toBe(1);
  });

  test('is unused after a refusal', async () => {
    const options = { idempotencyKey: 'refused' };
    await thrownBy(fixture.stripe.customers.create({ email: 'nobody' }, options));
    expect((await fixture.stripe.customers.create({ email: 'ada@app.test' }, options)).email).toBe('ada@app.test');
  });

  test('is forgotten after a day', async () => {
    const options = { idempotencyKey: 'forgotten' };
    const first = await fixture.stripe.customers.create({}, options);
    fixture.clock.pass(24 * 60 * 60 * 1_000);
    expect((await fixture.stripe.customers.create({}, options)).id).not.toBe(first.id);
  });
});

test('events are listed newest first, in pages', async () => {
  for (let made = 0; made < 3; made += 1) {
    const { id } = await fixture.stripe.checkout.sessions.create(sessionParams());
    await fixture.stripe.checkout.sessions.expire(id);
  }
  const first = await fixture.stripe.events.list({ limit: 2 });
  expect(first.has_more).toBe(true);
  const [newest, second] = first.data;
  const next = await fixture.stripe.events.list({ limit: 2, starting_after: second?.id ?? '' });
  expect(next.data.map((event) => event.id)).not.toContain(newest?.id);
  expect(await fixture.stripe.events.retrieve(newest?.id ?? '')).toEqual(newest);
});
