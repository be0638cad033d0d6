/**
 * The headers of every answer, independent of its content: no cache may keep it, and browsers must
 * not guess its type.
 */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY, type TestBrim } from '../../support/brim.ts';
import { createCustomer, createCustomerToken, openShop } from '../../support/shop.ts';

const KEY = { authorization: `Bearer ${TEST_KEY}` };
const JSON_BODY = { 'content-type': 'application/json' };
const WEBSOCKET = {
  ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

describe('every answer', () => {
  let brim: TestBrim;
  let token: string;
  beforeAll(async () => {
    brim = await openShop({ config: { corsOrigins: ['https://app.example'] } });
    await createCustomer(brim, 'ada');
    token = await createCustomerToken(brim, 'ada');
  });
  afterAll(() => brim?.close());

  /** Returns the status and headers, and discards the rest. */
  function headOf(path: string, { method = 'GET', headers = {}, body }: Asked) {
    return new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
      const req = request(`${brim.url}${path}`, { method, headers }, (res) => {
        resolve({ status: res.statusCode, headers: res.headers });
        res.destroy();
      });
      req.on('upgrade', () => reject(new Error('it was upgraded')));
      req.on('error', reject);
      req.end(body);
    });
  }
  const query = (text: string) => JSON.stringify({ query: text });

  it.each<[what: string, status: number, path: string, asked: () => Asked]>([
    ['an answer', 200, '/graphql', () => ({ method: 'POST', headers: { ...KEY, ...JSON_BODY }, body: query('{ __typename }') })],
    [
      'an answer to a token',
      200,
      `/graphql?query=${encodeURIComponent('{ viewer { id } }')}`,
      () => ({ headers: { authorization: `Bearer ${token}` } }),
    ],
    [
      'a refused document',
      400,
      '/graphql',
      () => ({
        method: 'POST',
        headers: { ...KEY, ...JSON_BODY, accept: 'application/graphql-response+json' },
        body: query('{ nothing }'),
      }),
    ],
    ['no credentials', 401, '/graphql', () => ({ method: 'POST', headers: JSON_BODY, body: query('{ __typename }') })],
    [
      'an unknown type of body',
      415,
      '/graphql',
      () => ({ method: 'POST', headers: { ...KEY, 'content-type': 'text/plain' }, body: 'x' }),
    ],
    [
      'a body that is too long',
      413,
      '/graphql',
      () => ({ method: 'POST', headers: { ...KEY, ...JSON_BODY }, body: 'x'.repeat(2_000_000) }),
    ],
    ['another method', 405, '/graphql', () => ({ method: 'PUT', headers: KEY })],
    ['a preflight', 204, '/graphql', () => ({ method: 'OPTIONS', headers: { origin: 'https://app.example' } })],
    [
      'an event stream',
      200,
      '/graphql',
      () => ({
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...JSON_BODY, accept: 'text/event-stream' },
        body: query('subscription { balanceChanged { cause } }'),
      }),
    ],
    [
      'a refused event stream',
      401,
      '/graphql',
      () => ({
        method: 'POST',
        headers: { ...JSON_BODY, accept: 'text/event-stream' },
        body: query('subscription { balanceChanged { cause } }'),
      }),
    ],
    ['GraphiQL', 200, '/graphql', () => ({ headers: { accept: 'text/html' } })],
    ['the demo', 200, '/demo/session', () => ({ method: 'POST', headers: { origin: brim.url }, body: '{}' })],
    ['a refusal of the demo', 403, '/demo/session', () => ({ method: 'POST', body: '{}' })],
    ['health', 200, '/health', () => ({})],
    ['readiness', 200, '/ready', () => ({})],
    ['health, its head alone', 200, '/health', () => ({ method: 'HEAD' })],
    [
      'an answer of /v1',
      200,
      '/v1/customers.get_or_create',
      () => ({ method: 'POST', headers: { ...KEY, ...JSON_BODY }, body: '{"customer_id":"ada"}' }),
    ],
    [
      'a refusal of /v1',
      401,
      '/v1/customers.get_or_create',
      () => ({ method: 'POST', headers: JSON_BODY, body: '{"customer_id":"ada"}' }),
    ],
    ['an unknown verb of /v1', 404, '/v1/nothing', () => ({ method: 'POST', headers: { ...KEY, ...JSON_BODY }, body: '{}' })],
    ['a return of nobody', 404, '/checkout/return/nobody', () => ({})],
    ['a cancel of nobody', 404, '/checkout/cancel/nobody', () => ({})],
    ['a page of the sandbox', 404, '/sandbox/checkout/cs_nobody', () => ({})],
    ['a webhook without a signature', 400, '/webhooks/stripe', () => ({ method: 'POST', body: '{}' })],
    ['an unknown path', 404, '/nowhere', () => ({})],
    ['another method of a path', 405, '/health', () => ({ method: 'POST' })],
    ['an unknown host', 421, '/health', () => ({ headers: { host: 'evil.example' } })],
    ['an upgrade of an unknown host', 421, '/graphql', () => ({ headers: { ...WEBSOCKET, host: 'evil.example' } })],
    ['an upgrade of another page', 403, '/graphql', () => ({ headers: { ...WEBSOCKET, origin: 'https://evil.example' } })],
    ['an upgrade of another path', 404, '/nowhere', () => ({ headers: WEBSOCKET })],
  ])('is cached by nobody: %s', async (_what, status, path, asked) => {
    const { headers, status: answered = 0 } = await headOf(path, asked());
    expect([Math.floor(answered / 100), headers['cache-control']]).toEqual([Math.floor(status / 100), 'no-store']);
    if (!asked().headers?.['upgrade']) expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('lets allowed pages read the retry time and the state of their budget', async () => {
    const { headers } = await headOf('/graphql', { headers: { origin: 'https://app.example' } });
    expect(String(headers['access-control-expose-headers']).split(', ')).toEqual([
      'x-request-id',
      'retry-after',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-used',
      'x-ratelimit-reset',
    ]);
  });

  it('that is a payment page loads nothing, and is shown in no frame', async () => {
    const { headers } = await headOf('/checkout/return/nobody', {});
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .+frame-ancestors 'none'/);
  });
});
