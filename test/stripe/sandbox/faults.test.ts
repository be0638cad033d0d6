import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, type SandboxFixture, SECRET_KEY, sessionParams, thrownBy } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterEach(() => fixture.sandbox.faults.clear());
afterAll(() => fixture.close());

const sessions = () => fixture.stripe.checkout.sessions;
const replayed = (error: Stripe.errors.StripeError) => error.headers?.['idempotent-replayed'];

describe('under an idempotency key', () => {
  test('a 500 is kept for a day, word for word, and marked as a replay', async () => {
    const create = () => sessions().create(sessionParams(), { idempotencyKey: 'failed' });
    fixture.sandbox.faults.add({ kind: 'server_error' });
    const first = await thrownBy(create());
    expect(first).toBeInstanceOf(Stripe.errors.StripeAPIError);
    expect([first.statusCode, replayed(first)]).toEqual([500, undefined]);
    const second = await thrownBy(create());
    expect([second.statusCode, second.message, replayed(second)]).toEqual([500, first.message, 'true']);
    fixture.clock.pass(24 * 60 * 60 * 1_000 + 1);
    expect((await create()).status).toBe('open');
  });

  test('a 500 may be kept although the object was made', async () => {
    const customer = await fixture.stripe.customers.create({ name: 'Ada' });
    fixture.sandbox.faults.add({ kind: 'server_error_after_work' });
    const params = sessionParams(1, { customer: customer.id });
    expect((await thrownBy(sessions().create(params, { idempotencyKey: 'hidden' }))).statusCode).toBe(500);
    expect((await sessions().list({ customer: customer.id })).data).toMatchObject([{ status: 'open', customer: customer.id }]);
    expect(replayed(await thrownBy(sessions().create(params, { idempotencyKey: 'hidden' })))).toBe('true');
  });

  test('a 400 of the execution is kept, and all else is undone', async () => {
    const params = sessionParams(1, { customer: 'cus_nobody' });
    const options = { idempotencyKey: 'refused' };
    expect(await thrownBy(sessions().create(params, options))).toMatchObject({ code: 'resource_missing', param: 'customer' });
    expect(replayed(await thrownBy(sessions().create(params, options)))).toBe('true');
  });

  test('a wrong parameter, a wrong secret key and too many calls are not kept', async () => {
    const options = { idempotencyKey: 'mended' };
    expect((await thrownBy(sessions().create(sessionParams(0), options))).statusCode).toBe(400);
    for (const [kind, status] of [
      ['unauthorized', 401],
      ['forbidden', 403],
      ['rate_limited', 429],
    ] as const) {
      fixture.sandbox.faults.add({ kind });
      expect((await thrownBy(sessions().create(sessionParams(), options))).statusCode).toBe(status);
    }
    expect((await sessions().create(sessionParams(), options)).status).toBe('open');
  });
});

describe('a fault', () => {
  test('of too many calls names when to come back', async () => {
    fixture.sandbox.faults.add({ kind: 'rate_limited', seconds: 7 });
    const error = await thrownBy(fixture.stripe.customers.create({}));
    expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(error.headers?.['retry-after']).toBe('7');
  });

  test('of a lost connection makes the SDK repeat the call with its key, which finds the object', async () => {
    fixture.sandbox.faults.add({ kind: 'cut' });
    const session = await sessions().create(sessionParams(), { idempotencyKey: 'cut' });
    expect((await sessions().create(sessionParams(), { idempotencyKey: 'cut' })).id).toBe(session.id);
  });

  test('affects the number of calls that it names, below its path', async () => {
    fixture.sandbox.faults.add({ kind: 'forbidden', times: 2, path: '/v1/checkout', method: 'POST' });
    await fixture.stripe.customers.create({});
    await sessions().list();
    for (let time = 0; time < 2; time += 1)
      expect(await thrownBy(sessions().create(sessionParams()))).toBeInstanceOf(Stripe.errors.StripePermissionError);
    expect((await sessions().create(sessionParams())).status).toBe('open');
  });

  test('is added and ended over HTTP with the sandbox’s key', async () => {
    const ask = (method: string, body?: Record<string, string>, key = SECRET_KEY) =>
      fetch(`${fixture.origin}/sandbox/faults`, {
        method,
        headers: { authorization: `Bearer ${key}` },
        ...(body ? { body: new URLSearchParams(body) } : {}),
      });
    expect((await ask('POST', { kind: 'unauthorized', times: '5' })).status).toBe(200);
    expect((await thrownBy(fixture.stripe.customers.create({}))).statusCode).toBe(401);
    expect((await ask('DELETE')).status).toBe(200);
    expect((await fixture.stripe.customers.create({})).object).toBe('customer');
    expect((await ask('POST', { kind: 'earthquake' })).status).toBe(400);
    expect((await ask('POST', { kind: 'cut' }, 'sk_test_other')).status).toBe(401);
  });
});

test('a customer is updated, and an empty value clears', async () => {
  const { id } = await fixture.stripe.customers.create({ name: 'Ada', email: 'ada@app.test' });
  expect(await fixture.stripe.customers.update(id, { name: 'Ada L.', email: '' })).toMatchObject({ name: 'Ada L.', email: null });
  expect((await thrownBy(fixture.stripe.customers.update('cus_nobody', { name: 'x' }))).code).toBe('resource_missing');
});

test('the checkouts of a customer are listed newest first, in pages', async () => {
  const { id: customer } = await fixture.stripe.customers.create({});
  const made: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    made.unshift((await sessions().create(sessionParams(1, { customer }))).id);
    fixture.clock.pass(1_000);
  }
  const listed: string[] = [];
  for await (const session of sessions().list({ customer, limit: 2 })) listed.push(session.id);
  expect(listed).toEqual(made);
});
