import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAutumn } from '../../src/autumn/autumn.ts';
import { OutcomeUnknownError, OverloadedError, RateLimitedError, UnavailableError } from '../../src/values/errors.ts';
import { autumnOf, postRaw, refusalOf } from '../support/autumn.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop } from '../support/shop.ts';

describe('the wire of /v1', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
    await createCustomer(brim, 'user');
  });
  afterAll(() => brim.close());

  const ofUser = { customerId: 'user', featureId: MESSAGES };

  it('is for secret keys: not for none, not for a wrong one, and not for the token of a customer', async () => {
    const wrong = await refusalOf(autumnOf(brim, 'brim_sk_wrong_0123456789abcdef').check(ofUser));
    expect(wrong).toMatchObject({ statusCode: 401, code: 'unauthenticated' });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    const none = await fetch(`${brim.url}/v1/balances.check`, { method: 'POST', body: '{}' });
    expect(none.status).toBe(401);
    const token = await createCustomerToken(brim, 'user');
    expect(await refusalOf(autumnOf(brim, token).check(ofUser))).toMatchObject({ statusCode: 403, code: 'forbidden' });
    // A caller without a key does not learn which verbs there are.
    expect((await fetch(`${brim.url}/v1/no.such`, { method: 'POST' })).status).toBe(401);
  });

  it('does not know the rest of the package, and says so', async () => {
    const autumn = autumnOf(brim);
    const unknown = { statusCode: 404, code: 'route_not_found', message: expect.stringContaining('/v1/') };
    const calls = [
      () => autumn.entities.create({ customerId: 'user', entityId: 'seat-1', featureId: MESSAGES }),
      () => autumn.customers.delete({ customerId: 'user' }),
      () => autumn.balances.delete(ofUser),
    ];
    for (const call of calls) expect(await refusalOf(call())).toMatchObject(unknown);
    expect((await postRaw(brim, 'toString', '{}')).status).toBe(404);
    expect((await postRaw(brim, '__proto__', '{}')).status).toBe(404);
  });

  it('is posted to, and to no page', async () => {
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const page = await fetch(`${brim.url}/v1/balances.check`, { headers });
    expect(page.status).toBe(405);
    expect(await page.json()).toEqual({ message: 'Use POST here.', code: 'method_not_allowed', statusCode: 405 });
    const preflight = await fetch(`${brim.url}/v1/balances.check`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses what is no request, by its place', async () => {
    const refusals = [
      ['{', 'body: must be JSON'],
      ['[]', 'body: must be a JSON object'],
      ['"text"', 'body: must be a JSON object'],
      ['{"customer_id":"user","event_name":"sent"}', 'event_name: is not supported by Brim'],
      ['{"customer_id":"user"}', 'feature_id: must be a string'],
      ['{"customer_id":7,"feature_id":"x"}', 'customer_id: must be a string'],
      [`{"customer_id":"user","feature_id":"${MESSAGES}","required_balance":"1"}`, 'required_balance: must be a number'],
      [`{"customer_id":"user","feature_id":"${MESSAGES}","required_balance":-1}`, 'required_balance: must be above zero'],
      [
        `{"customer_id":"user","feature_id":"${MESSAGES}","required_balance":1e999999999}`,
        'required_balance: must have at most 26 digits',
      ],
      [`{"customer_id":"user","feature_id":"${MESSAGES}","required_balance":1e-13}`, 'required_balance: is 0 once it is rounded'],
      [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'body: must be'],
    ] as const;
    for (const [body, message] of refusals) {
      const response = await postRaw(brim, 'balances.check', body);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({
        message: expect.stringContaining(message),
        code: 'invalid_input',
        statusCode: 400,
      });
    }
  });

  it('reads no more than a request may have', async () => {
    const response = await postRaw(brim, 'balances.check', JSON.stringify({ customer_id: 'x'.repeat(2_000_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: expect.any(String), code: 'payload_too_large', statusCode: 413 });
  });

  it('says of a surprise no more than that it was one', async () => {
    const failing = vi
      .spyOn(brim.app.domain.catalog, 'features')
      .mockRejectedValue(new Error('the database password is hunter2'));
    const response = await postRaw(brim, 'features.list', '{}');
    failing.mockRestore();
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Unexpected error.', code: 'internal', statusCode: 500 });
  });

  it('says when to come back, where nothing could be done', async () => {
    const failures = [
      [new OverloadedError(), 429, 'overloaded', '1'],
      [new RateLimitedError('Too much at once.', 6.2), 429, 'rate_limited', '7'],
      [new UnavailableError(), 503, 'unavailable', '1'],
      [new OutcomeUnknownError(), 503, 'outcome_unknown', '1'],
    ] as const;
    for (const [error, status, code, retryAfter] of failures) {
      const { domain } = brim.app;
      const catalog = { ...domain.catalog, features: () => Promise.reject(error) };
      const handle = openAutumn({ ...domain, catalog, environment: 'live' });
      const asked = new Request('http://localhost/v1/features.list', {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
      });
      const response = await handle(asked, { rest: 'features.list' });
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(await response.json()).toMatchObject({ code, statusCode: status });
    }
  });

  it('answers as the client waits for it, whatever its body is called', async () => {
    const { status, type } = await new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${TEST_KEY}` };
      const sent = request(`${brim.url}/v1/features.list`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, type: response.headers['content-type'] });
      });
      sent.on('error', reject).end();
    });
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  });

  it('is the same in production, where no sandbox is', async () => {
    const live = await openBrim({
      databaseUrl: brim.databaseUrl,
      config: {
        environment: 'production',
        graphiql: false,
        publicUrl: 'https://brim.example',
        stripe: { secretKey: 'sk_test_none', webhookSecret: 'whsec_none', apiUrl: 'http://127.0.0.1:9' },
      },
    });
    try {
      const customer = await autumnOf(live).customers.get({ customerId: 'user' });
      expect(customer).toMatchObject({ id: 'user', env: 'live', balances: { [MESSAGES]: { remaining: 10 } } });
      expect(await autumnOf(live).track({ ...ofUser, value: 1 })).toMatchObject({ balance: { remaining: 9 } });
    } finally {
      await live.close();
    }
  });
});
