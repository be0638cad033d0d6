/**
 * Every way in which HTTP itself refuses a request, with its status and code, as a GraphQL error.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openBudgets } from '../../../src/access/budgets.ts';
import type { Route } from '../../../src/server/http/routes.ts';
import { BEARER, describeOnEachWire, openTestClock, openTestServer, type TestServer, wire } from '../fixture.ts';

const LONG = 'x'.repeat(5_000);
const HELLO = '{"query":"{ hello }"}';
const JSON_TYPE = { 'content-type': 'application/json' };
const broken: Route = {
  method: 'POST',
  path: '/broken',
  handle: () => {
    throw new Error('the database password is hunter2');
  },
};

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...BEARER, ...headers },
  body,
});
const get = (headers: Record<string, string> = {}): RequestInit => ({ headers: { ...BEARER, ...headers } });
const query = (fields: object) => post(JSON.stringify(fields));

/** The path, the request, its status and its code. */
const REFUSALS: readonly (readonly [name: string, path: string, init: RequestInit, status: number, code: string])[] = [
  ['no credentials', '/graphql', { method: 'POST', headers: JSON_TYPE, body: HELLO }, 401, 'UNAUTHENTICATED'],
  ['a wrong key', '/graphql', post(HELLO, { authorization: `Bearer brim_sk_${LONG}` }), 401, 'UNAUTHENTICATED'],
  ['another scheme', '/graphql', post(HELLO, { authorization: 'Basic eHh4' }), 401, 'UNAUTHENTICATED'],
  [
    'a form of another page',
    '/graphql',
    { method: 'POST', body: new URLSearchParams({ query: 'mutation { track }' }) },
    401,
    'UNAUTHENTICATED',
  ],
  ['an unknown path', `/${LONG}`, get(), 404, 'NOT_FOUND'],
  ['a path that goes on', '/graphql/more', get(), 404, 'NOT_FOUND'],
  ['another method of a path', '/health', { method: 'POST' }, 405, 'METHOD_NOT_ALLOWED'],
  ['PUT', '/graphql', { ...post(HELLO), method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
  ['DELETE', '/graphql', { ...get(), method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
  ['a mutation by GET', '/graphql?query=mutation{track}', get(), 405, 'METHOD_NOT_ALLOWED'],
  ['an answer as a picture', '/graphql', post(HELLO, { accept: 'image/png' }), 406, 'NOT_ACCEPTABLE'],
  ['an answer as a page, where none is', '/graphql?query={hello}', get({ accept: 'text/html' }), 406, 'NOT_ACCEPTABLE'],
  [
    'a subscription as JSON',
    '/graphql',
    post('{"query":"subscription { wait }"}', { accept: 'application/json' }),
    406,
    'NOT_ACCEPTABLE',
  ],
  [
    'too large a body',
    '/graphql',
    query({ query: '{ hello }', variables: { a: 'x'.repeat(1_048_577) } }),
    413,
    'PAYLOAD_TOO_LARGE',
  ],
  ['too large a body of a route', '/broken', post('x'.repeat(1_048_577)), 413, 'PAYLOAD_TOO_LARGE'],
  ['plain text', '/graphql', post(HELLO, { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [
    'a form',
    '/graphql',
    post('query={hello}&variables={', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['an upload', '/graphql', post('--x--', { 'content-type': 'multipart/form-data; boundary=x' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['no type', '/graphql', { method: 'POST', headers: BEARER, body: new Blob([HELLO]) }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a surprise', '/broken', post(''), 500, 'INTERNAL'],

  ['no body', '/graphql', post(''), 400, 'BAD_REQUEST'],
  ['malformed JSON', '/graphql', post(`{"query": ${LONG}`), 400, 'BAD_REQUEST'],
  ['null', '/graphql', post('null'), 400, 'BAD_REQUEST'],
  ['a number', '/graphql', post('5'), 400, 'BAD_REQUEST'],
  ['a text', '/graphql', post(JSON.stringify(LONG)), 400, 'BAD_REQUEST'],
  ['a batch', '/graphql', post(`[${HELLO},${HELLO}]`), 400, 'BAD_REQUEST'],
  ['an empty batch', '/graphql', post('[]'), 400, 'BAD_REQUEST'],
  ['no query', '/graphql', post('{}'), 400, 'BAD_REQUEST'],
  ['no query in a URL', '/graphql', get(), 400, 'BAD_REQUEST'],
  ['a query that is a number', '/graphql', query({ query: 5 }), 400, 'BAD_REQUEST'],
  ['an unknown parameter', '/graphql', query({ query: '{ hello }', [LONG]: 1 }), 400, 'BAD_REQUEST'],
  ['variables that are text', '/graphql', query({ query: '{ hello }', variables: LONG }), 400, 'BAD_REQUEST'],
  ['variables that are a list', '/graphql', query({ query: '{ hello }', variables: [LONG] }), 400, 'BAD_REQUEST'],
  ['extensions that are text', '/graphql', query({ query: '{ hello }', extensions: LONG }), 400, 'BAD_REQUEST'],
  ['variables of a URL that are no JSON', `/graphql?query={hello}&variables={${LONG}`, get(), 400, 'BAD_REQUEST'],
  ['extensions of a URL that are no JSON', '/graphql?query={hello}&extensions={', get(), 400, 'BAD_REQUEST'],
  ['no operation', '/graphql', query({ query: 'fragment a on Query { hello }' }), 400, 'OPERATION_RESOLUTION_FAILURE'],
  ['a name that is a number', '/graphql', query({ query: '{ hello }', operationName: 5 }), 400, 'OPERATION_RESOLUTION_FAILURE'],
  [
    'too long a document',
    '/graphql',
    post(JSON.stringify({ query: `{ hello } #${LONG.repeat(14)}` }), { accept: 'application/graphql-response+json' }),
    400,
    'QUERY_TOO_COMPLEX',
  ],
];

function expectCoded(text: string, code: string): void {
  const { errors } = JSON.parse(text);
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.any(String), extensions: expect.objectContaining({ code }) }),
  ]);
  expect(text.match(/x/g)?.length ?? 0).toBeLessThanOrEqual(200);
  expect(text).not.toContain('hunter2');
}

describeOnEachWire('over HTTP', () => {
  it.each(REFUSALS)('%s is refused with its status and code', async (_name, path, init, status, code) => {
    const { url } = await openTestServer({ routes: [broken], graphiql: false });
    const response = await fetch(url + (path === '/graphql' ? wire.path : path), init);
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')], text).toEqual([
      status,
      expect.stringMatching(/json; charset=utf-8$/),
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expectCoded(text, code);
  });

  it('a used-up budget is 429', async () => {
    const { url } = await openTestServer({ budgets: openBudgets({ clock: openTestClock(), perKey: 20 }) });
    expect((await fetch(`${url}${wire.path}`, post(HELLO))).status).toBe(200);
    const response = await fetch(`${url}${wire.path}`, post(HELLO));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
    expectCoded(await response.text(), 'RATE_LIMITED');
  });
});

describe('an invalid request', () => {
  const WEBSOCKET = ['connection: upgrade', 'upgrade: websocket'];
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a length that is none', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'an expectation',
      'GET /health HTTP/1.1\r\nhost: localhost\r\nexpect: the-moon\r\nconnection: close\r\n\r\n',
      417,
      'EXPECTATION_FAILED',
    ],
    ['too large headers', `GET /graphql HTTP/1.1\r\nhost: localhost\r\na: ${LONG.repeat(8)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['no key of a WebSocket', handshake(WEBSOCKET), 400, 'BAD_REQUEST'],
    [
      'another version of WebSocket',
      handshake([...WEBSOCKET, 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version: 7']),
      400,
      'BAD_REQUEST',
    ],
    ['another protocol', handshake(['connection: upgrade', 'upgrade: h2c']), 400, 'BAD_REQUEST'],
    ['a WebSocket elsewhere', handshake(WEBSOCKET, '/elsewhere'), 404, 'NOT_FOUND'],
    ['a WebSocket of another page', handshake([...WEBSOCKET, 'origin: https://evil.example']), 403, 'FORBIDDEN'],
  ])('%s is refused with a code', async (_name, sent, status, code) => {
    const server = await openTestServer();
    const [head = '', body = ''] = (await exchange(server, sent)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('content-type: application/json');
    expectCoded(body, code);
    expect((await server.query('{ hello }')).status).toBe(200);
  });

  function handshake(headers: readonly string[], path = '/graphql'): string {
    return [`GET ${path} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');
  }

  async function exchange({ url }: TestServer, text: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => undefined);
    socket.end(text);
    await once(socket, 'close');
    return answer;
  }
});
