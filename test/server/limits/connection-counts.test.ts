import { get, type IncomingMessage, request } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/server/sockets/goodbye.ts';
import { patience } from '../../support/deadlines.ts';
import { BEARER, KEY, openRawSocket, openTestServer, type TestServer } from '../fixture.ts';

type Headers = Record<string, string>;

async function openStream(server: TestServer, headers: Headers): Promise<IncomingMessage> {
  const url = `${server.url}/graphql?query=${encodeURIComponent('subscription { wait }')}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve).on('error', reject);
  });
  response.on('error', () => undefined);
  onTestFinished(() => {
    response.destroy();
  });
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Sends only this message, and returns how the socket ends. */
async function endOf(server: TestServer, message?: string | Buffer): Promise<Closed> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  if (message !== undefined) socket.send(message);
  return closed;
}

describe('the connections of a customer', () => {
  it('are counted together, sockets and event streams, and the next one is refused until one closes', async () => {
    const server = await openTestServer({ limits: { customerMaxConnections: 3 } });
    const headers = { authorization: `Bearer ${await server.tokenFor('ada', 9_000)}` };
    const first = await openStream(server, headers);
    await openStream(server, { authorization: `Bearer ${await server.tokenFor('ada', 9_000)}` });
    await (await openRawSocket(server, headers)).acknowledged();

    const refused = await openStream(server, headers);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('5');
    expect(await textOf(refused)).toContain('"code":"RATE_LIMITED","retryable":true,"retryAfterSeconds":5');
    expect(await endOf(server, JSON.stringify({ type: 'connection_init', payload: headers }))).toEqual({
      code: CLOSE.tryAgainLater,
      reason: expect.stringMatching(/^RATE_LIMITED: This customer has too many connections open/),
    });
    const bare = await openRawSocket(server, null);
    await bare.acknowledged();
    bare.subscribe('1', '{ hello }', { headers });
    expect(await bare.answerTo('1', 'error')).toMatchObject({ payload: [{ extensions: { code: 'RATE_LIMITED' } }] });

    // A plain request, another customer and the app's key do not count.
    expect((await server.query('{ hello }', { headers })).status).toBe(200);
    expect((await openStream(server, { authorization: `Bearer ${await server.tokenFor('bob', 9_000)}` })).statusCode).toBe(200);
    expect((await openStream(server, BEARER)).statusCode).toBe(200);

    first.destroy();
    await vi.waitFor(async () => expect((await openStream(server, headers)).statusCode).toBe(200), { timeout: patience(5_000) });
  });

  it('one token that opens 100 streams gets twenty', async () => {
    const server = await openTestServer();
    const headers = { authorization: `Bearer ${await server.tokenFor('ada', 9_000)}` };
    const statuses = [];
    for (let wave = 0; wave < 5; wave += 1) {
      const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(server, headers)));
      statuses.push(...streams.map(({ statusCode }) => statusCode));
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(80);
  });
});

describe('the connections of a process', () => {
  it('are capped: upgrades above the maximum are refused with 503, and streams with RATE_LIMITED', async () => {
    const server = await openTestServer({ limits: { processMaxConnections: 2 } });
    const stream = await openStream(server, BEARER);
    await (await openRawSocket(server)).acknowledged();
    const refused = await upgrade(server);
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    expect(JSON.parse(await textOf(refused))).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryable: true } }],
    });
    expect((await openStream(server, BEARER)).statusCode).toBe(429);
    expect((await server.query('{ hello }')).status).toBe(200);
    stream.destroy();
    await vi.waitFor(async () => (await openRawSocket(server)).acknowledged(), { timeout: patience(5_000) });
  });

  it.each([
    ['at another path', '/elsewhere', {}, 404, 'NOT_FOUND'],
    ['of another origin', '/graphql', { origin: 'https://evil.example' }, 403, 'FORBIDDEN'],
  ])('are refused with a code %s', async (_name, path, headers, status, code) => {
    const server = await openTestServer();
    const refused = await upgrade(server, path, headers);
    expect(refused.statusCode).toBe(status);
    expect(JSON.parse(await textOf(refused))).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
  });

  /** The answer to a refused upgrade. */
  function upgrade(server: TestServer, path = '/graphql', headers: Headers = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asked = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': 'graphql-transport-ws',
      };
      request(`${server.url}${path}`, { headers: { ...asked, ...headers }, agent: false }, resolve)
        .once('error', reject)
        .once('upgrade', () => reject(new Error('It was upgraded.')))
        .end();
    });
  }
});

describe('a socket without credentials', () => {
  const limits = { socketAuthenticationTimeoutMs: 200 };

  it('is closed after a while', async () => {
    const server = await openTestServer({ limits });
    const { closed, acknowledged } = await openRawSocket(server, null);
    await acknowledged();
    expect(await closed).toBe(CLOSE.forbidden);
  });

  it('is closed even if it sends operations', async () => {
    const server = await openTestServer({ limits });
    const { closed, acknowledged, subscribe, answerTo } = await openRawSocket(server, null);
    await acknowledged();
    subscribe('1', '{ hello }', { headers: { authorization: 'Bearer brim_sk_of_somebody_else_entirely' } });
    expect(await answerTo('1', 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await closed).toBe(CLOSE.forbidden);
  });

  it('stays open once one operation has sent credentials', async () => {
    const server = await openTestServer({ limits });
    const { socket, acknowledged, subscribe, answerTo } = await openRawSocket(server, null);
    await acknowledged();
    subscribe('1', '{ hello }', { headers: { authorization: `Bearer ${KEY}` } });
    await answerTo('1');
    await vi.waitFor(async () => {
      // Opened later and closed by the same limit: the first socket has outlived the limit by then.
      const later = await openRawSocket(server, null);
      expect(await later.closed).toBe(CLOSE.forbidden);
    });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('an invalid message closes the socket with a code', () => {
  const init = (payload: unknown) => JSON.stringify({ type: 'connection_init', payload });

  it.each([
    ['a binary frame', Buffer.from(init(BEARER)), 4400, /^BAD_REQUEST: Send text frames/],
    ['bytes of no meaning', Buffer.from([0xff, 0x00, 0xfe]), 4400, /^BAD_REQUEST: /],
    ['no JSON', 'hello', 4400, /^BAD_REQUEST: /],
    ['text for a payload', init('hello'), 4400, /^BAD_REQUEST: /],
    ['a list for a payload', init(['hello']), 4400, /^BAD_REQUEST: /],
    ['a number for an authorization', init({ authorization: 17 }), 4403, /^UNAUTHENTICATED: The authorization is no text/],
    ['null for an authorization', init({ authorization: null }), 4403, /^UNAUTHENTICATED: /],
    ['a list for an authorization', init({ authorization: [`Bearer ${KEY}`] }), 4403, /^UNAUTHENTICATED: /],
    ['an object for an authorization', init({ Authorization: { toString: 1 } }), 4403, /^UNAUTHENTICATED: /],
  ])('in connection_init: %s', async (_name, message, code, reason) => {
    const server = await openTestServer();
    expect(await endOf(server, message)).toEqual({ code, reason: expect.stringMatching(reason) });
    expect(server.errors).not.toHaveBeenCalled();
  });

  it.each([17, null, ['x'], { toString: 1 }])('in the headers of an operation: %s', async (authorization) => {
    const server = await openTestServer();
    const { acknowledged, subscribe, answerTo } = await openRawSocket(server, null);
    await acknowledged();
    subscribe('1', '{ hello }', { headers: { authorization } });
    expect(await answerTo('1', 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(server.errors).not.toHaveBeenCalled();
  });

  it('an id that is longer than a close frame is not logged as an unexpected error', async () => {
    const server = await openTestServer();
    const { acknowledged, subscribe, closed } = await openRawSocket(server);
    await acknowledged();
    for (let sent = 0; sent < 2; sent += 1) subscribe('é'.repeat(300), 'subscription { wait }');
    expect(await closed).toBe(4409);
    expect(server.errors).not.toHaveBeenCalled();
  });
});
