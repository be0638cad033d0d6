/** Requests that are no executed operation of GraphQL: each is counted, and told by one line. */
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { postRaw } from '../support/autumn.ts';
import { TEST_KEY } from '../support/brim.ts';
import { createCustomer, MESSAGES } from '../support/shop.ts';
import { watchBrim } from './fixture.ts';

const watched = watchBrim();
const { newOf, told } = watched;
const ask = (path: string, init: RequestInit = {}) => fetch(`${watched.brim.url}${path}`, init);
const graphql = (body: string, headers: Record<string, string> = {}, method = 'POST') =>
  ask('/graphql', {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}`, ...headers },
    body,
  });

describe('a call to /v1', () => {
  beforeAll(() => createCustomer(watched.brim, 'ada'));
  const use = JSON.stringify({ customer_id: 'ada', feature_id: MESSAGES });

  it('is an operation of its verb, and if it was refused it is logged with the code', async () => {
    expect((await postRaw(watched.brim, 'balances.check', use)).status).toBe(200);
    const refused = await postRaw(
      watched.brim,
      'balances.track',
      JSON.stringify({ customer_id: 'nobody', feature_id: MESSAGES }),
    );
    expect(refused.status).toBe(404);
    expect(await newOf('brim_operation_seconds_count')).toEqual({
      '{type="v1",field="balances.check"}': 1,
      '{type="v1",field="balances.track"}': 1,
    });
    expect(await newOf('brim_operation_errors_total')).toEqual({ '{field="balances.track",code="CUSTOMER_NOT_FOUND"}': 1 });
    expect(await newOf('brim_refusals_total')).toEqual({ '{code="CUSTOMER_NOT_FOUND"}': 1 });
    const requestId = refused.headers.get('x-request-id');
    expect(told()).toEqual([
      expect.objectContaining({ requestId, type: 'v1', field: 'balances.track', caller: 'key', codes: ['CUSTOMER_NOT_FOUND'] }),
    ]);
    expect(watched.text()).not.toMatch(/nobody|ada/);
  });

  it('with a wrong key, or to a verb that there is not, does not get a label of its own', async () => {
    await postRaw(watched.brim, 'balances.check', use, { authorization: 'Bearer brim_sk_wrong_0123456789' });
    for (const name of ['made.up', '__proto__', `a${'b'.repeat(500)}`]) await postRaw(watched.brim, name, '{}');
    expect(await newOf('brim_operation_errors_total')).toEqual({
      '{field="balances.check",code="UNAUTHENTICATED"}': 1,
      '{field="unknown",code="ROUTE_NOT_FOUND"}': 3,
    });
    expect(await newOf('brim_refusals_total')).toEqual({ '{code="UNAUTHENTICATED"}': 1, '{code="ROUTE_NOT_FOUND"}': 3 });
    expect(told()).toHaveLength(4);
    expect(watched.text()).not.toMatch(/brim_sk|made\.up|bbb/);
  });

  it('with another method is a request', async () => {
    await ask('/v1/balances.check');
    expect(await newOf('brim_http_request_seconds_count')).toEqual({ '{route="/v1/*",method="GET",status="405"}': 1 });
    expect(await newOf('brim_operation_seconds_count')).toEqual({});
    expect(told()).toEqual([expect.objectContaining({ route: '/v1/*', status: 405, codes: ['METHOD_NOT_ALLOWED'] })]);
  });
});

describe('a request to another route', () => {
  it('is counted by the pattern of its path, its method and its status', async () => {
    await ask('/health');
    await ask('/checkout/return/pur_1?token=secret');
    const refused = await ask('/webhooks/stripe', { method: 'POST', body: '{"a":"personal word"}' });
    for (const path of ['/none', '/none/again', '/%00']) await ask(path);
    expect(await newOf('brim_http_request_seconds_count')).toEqual({
      '{route="/health",method="GET",status="200"}': 1,
      '{route="/checkout/return/:purchaseId",method="GET",status="404"}': 1,
      '{route="/webhooks/stripe",method="POST",status="400"}': 1,
      '{route="unknown",method="GET",status="404"}': 3,
    });
    expect(await newOf('brim_refusals_total')).toEqual({ '{code="NOT_FOUND"}': 3 });
    const requestId = refused.headers.get('x-request-id');
    expect(told()).toContainEqual(expect.objectContaining({ requestId, route: '/webhooks/stripe', status: 400, why: 'refused' }));
    expect(told()).toHaveLength(5);
    expect(watched.text()).not.toMatch(/pur_1|secret|personal|none/);
  });
});

describe('a request to /graphql that is not executed', () => {
  it.each([
    ['no JSON', () => graphql('{'), 'BAD_REQUEST'],
    ['another content type', () => graphql('query', { 'content-type': 'text/plain' }), 'UNSUPPORTED_MEDIA_TYPE'],
    ['a method that it does not have', () => graphql('{}', {}, 'DELETE'), 'METHOD_NOT_ALLOWED'],
    ['the single connection mode', () => graphql('', {}, 'PUT'), 'METHOD_NOT_ALLOWED'],
    ['a document that is not valid', () => graphql('{"query":"{ nothing }"}'), 'GRAPHQL_VALIDATION_FAILED'],
    ['no document', () => graphql('{}'), 'BAD_REQUEST'],
    ['an unknown hash', () => graphql(UNKNOWN_HASH), 'PERSISTED_QUERY_NOT_FOUND'],
    ['a wrong key', () => graphql('{"query":"{ features { id } }"}', { authorization: 'Bearer x' }), 'UNAUTHENTICATED'],
    ['a subscription as JSON', () => graphql(SUBSCRIPTION, { accept: 'application/json' }), 'NOT_ACCEPTABLE'],
    ['no document in its URL', () => ask('/graphql', { headers: { authorization: `Bearer ${TEST_KEY}` } }), 'BAD_REQUEST'],
    ['no key', () => ask('/graphql?query={features{id}}'), 'UNAUTHENTICATED'],
  ])('because of %s is counted and has a line', async (_name, send, code) => {
    const { headers } = await send();
    expect(await newOf('brim_refusals_total')).toEqual({ [`{code="${code}"}`]: 1 });
    expect(told()).toEqual([expect.objectContaining({ requestId: headers.get('x-request-id'), codes: [code], why: 'refused' })]);
  });

  const SUBSCRIPTION = JSON.stringify({ query: 'subscription { balanceChanged(customerId: "ada") { cause } }' });
  const UNKNOWN_HASH = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } });
});

describe('an operation that failed', () => {
  const failing =
    '{ customer(id: "none") { balance(featureId: "none") { remaining } } check(input: { customerId: "none", featureId: "none" }) { allowed } }';

  it.each([
    ['the usual transport', () => graphql(JSON.stringify({ query: failing }))],
    ['Yoga', () => ask(`/graphql?query=${encodeURIComponent(failing)}`, { headers: { authorization: `Bearer ${TEST_KEY}` } })],
    ['a socket', () => watched.brim.socket().iterate({ query: failing }).next()],
  ])('is told once, by %s', async (_name, send) => {
    await send();
    expect(Object.keys(await newOf('brim_refusals_total'))).toHaveLength(1);
    expect(told()).toEqual([expect.objectContaining({ type: 'query', field: 'several', why: 'refused' })]);
  });
});

describe('a socket that is closed with a code', () => {
  it('is a refusal', async () => {
    const client = watched.brim.socket('brim_sk_wrong_0123456789');
    await expect(client.iterate({ query: '{ features { id } }' }).next()).rejects.toMatchObject({ code: 4403 });
    const elsewhere = new WebSocket(`${watched.brim.url.replace('http', 'ws')}/elsewhere`);
    await new Promise((resolve) => elsewhere.once('error', resolve));
    expect(await newOf('brim_refusals_total')).toEqual({ '{code="UNAUTHENTICATED"}': 1, '{code="NOT_FOUND"}': 1 });
    expect(told()).toHaveLength(2);
  });
});
