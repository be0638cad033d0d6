import { createClient } from 'graphql-ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/server/sockets/goodbye.ts';
import { patience } from '../../support/deadlines.ts';
import { KEY, openRawSocket, openTestServer, type TestServer } from '../fixture.ts';

async function collect(server: TestServer, query: string, connectionParams?: Record<string, unknown>): Promise<unknown[]> {
  const results: unknown[] = [];
  for await (const result of server.connect(connectionParams).iterate({ query })) results.push(result);
  return results;
}

describe('operations over a socket', () => {
  it('are queries, mutations and subscriptions', async () => {
    const server = await openTestServer();
    expect(await collect(server, '{ whoami }')).toMatchObject([{ data: { whoami: 'app' } }]);
    expect(await collect(server, 'mutation { track(value: 7) }')).toMatchObject([{ data: { track: 7 } }]);
    expect(await collect(server, 'subscription { count(to: 3) }')).toMatchObject([1, 2, 3].map((count) => ({ data: { count } })));
  });

  it.each([
    ['a syntax error', '{ hello'],
    ['an unknown field', '{ noSuchField }'],
    ['a missing variable', 'query ($value: Int!) { double(value: $value) }'],
    ['no operation', 'fragment F on Query { hello }'],
  ])('leave the socket and the other operations open where one has %s', async (_name, query) => {
    const server = await openTestServer();
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('alive', 'subscription { wait }');
    await answerTo('alive');
    subscribe('bad', query);
    await vi.waitFor(async () => expect(await Promise.any([answerTo('bad', 'error'), answerTo('bad')])).toBeDefined());
    subscribe('good', '{ hello }');
    expect(await answerTo('good')).toMatchObject({ payload: { data: { hello: 'hello' } } });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(server.ticks.returned).toBe(0);
  });

  it('are answered one by one where the context throws, masked and logged', async () => {
    const server = await openTestServer({
      contextFor: () => {
        throw new Error('the database password is hunter2');
      },
    });
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('bad', '{ hello }');
    expect(await answerTo('bad', 'error')).toEqual({
      id: 'bad',
      type: 'error',
      payload: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL', requestId: expect.any(String) } }],
    });
    expect(server.errors).toHaveBeenCalledTimes(1);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('mask an unexpected error in a resolver and in a stream, and show a domain error', async () => {
    const server = await openTestServer();
    const masked = { message: 'Unexpected error.', extensions: { code: 'INTERNAL', requestId: expect.any(String) } };
    expect(await collect(server, '{ surprise }')).toMatchObject([
      { data: { surprise: null }, errors: [{ ...masked, path: ['surprise'] }] },
    ]);
    expect(await collect(server, '{ overloaded }')).toMatchObject([
      { errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] },
    ]);
    const failed = await collect(server, 'subscription { surprising }').catch((errors: unknown) => errors);
    expect(JSON.stringify(failed)).toContain('Unexpected error.');
    expect(JSON.stringify(failed)).not.toContain('hunter2');
    expect(server.errors).toHaveBeenCalledTimes(2);
  });

  it('stop when their client completes them', async () => {
    const server = await openTestServer();
    const { send, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { wait }');
    await answerTo('1');
    send({ id: '1', type: 'complete' });
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
  });

  it('stop when their socket closes', async () => {
    const server = await openTestServer();
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { wait }');
    await answerTo('1');
    socket.terminate();
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
  });
});

describe('credentials over a socket', () => {
  it('come with connection_init', async () => {
    const server = await openTestServer();
    expect(await collect(server, '{ whoami }', { Authorization: `Bearer ${await server.tokenFor('ada', 5_000)}` })).toMatchObject(
      [{ data: { whoami: 'ada' } }],
    );
  });

  it('or with each operation, as GraphiQL sends them', async () => {
    const server = await openTestServer();
    const { subscribe, answerTo, acknowledged } = await openRawSocket(server, null);
    await acknowledged();
    subscribe('none', '{ whoami }');
    subscribe('key', '{ whoami }', { headers: { authorization: `Bearer ${KEY}` } });
    subscribe('token', '{ whoami }', { headers: { Authorization: `Bearer ${await server.tokenFor('ada', 5_000)}` } });
    expect(await answerTo('none', 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await answerTo('key')).toMatchObject({ payload: { data: { whoami: 'app' } } });
    expect(await answerTo('token')).toMatchObject({ payload: { data: { whoami: 'ada' } } });
  });

  it.each([
    ['a wrong key', async () => 'Bearer brim_sk_of_somebody_else_entirely'],
    ['an expired token', async (server: TestServer) => `Bearer ${await server.tokenFor('ada', -1)}`],
    ['no text', async () => 17],
    ['null', async () => null],
  ])('that are %s close the socket with 4403', async (_name, authorization) => {
    const server = await openTestServer();
    const { closed } = await openRawSocket(server, { authorization: await authorization(server) });
    expect(await closed).toBe(4403);
  });

  it('close the socket with 4403 when they end, and the client comes back with new ones', async () => {
    const server = await openTestServer();
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 1,
      retryWait: async () => undefined,
      connectionParams: async () => ({ authorization: `Bearer ${await server.tokenFor('ada', 400)}` }),
    });
    onTestFinished(async () => client.dispose());
    const codes: unknown[] = [];
    client.on('closed', (event) => codes.push(event instanceof Object && 'code' in event ? event.code : event));
    const received: unknown[] = [];
    let completed = false;
    client.subscribe(
      { query: 'subscription { wait }' },
      {
        next: (result) => received.push(result),
        error: () => undefined,
        complete: () => {
          completed = true;
        },
      },
    );
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: patience(5_000) });
    expect(codes).toEqual([4403]);
    expect(completed).toBe(false);
    expect(received).toMatchObject([{ data: { wait: 'first' } }, { data: { wait: 'first' } }]);
  });

  it('of one operation end that operation alone', async () => {
    const server = await openTestServer();
    const { socket, subscribe, answerTo, acknowledged, messages } = await openRawSocket(server, null);
    await acknowledged();
    subscribe('1', 'subscription { wait }', { headers: { authorization: `Bearer ${await server.tokenFor('ada', 300)}` } });
    await answerTo('1', 'complete');
    expect(messages.filter(({ id }) => id === '1')).toMatchObject([
      { payload: { data: { wait: 'first' } } },
      { payload: { errors: [{ message: expect.stringContaining('expired'), extensions: { code: 'UNAUTHENTICATED' } }] } },
      { type: 'complete' },
    ]);
    expect(server.ticks.returned).toBe(1);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the limits of a socket', () => {
  it('refuse the 101st subscription, and keep the first hundred', async () => {
    const server = await openTestServer();
    const { socket, send, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    // Once the document is known, none waits to be parsed, so they are counted in order.
    subscribe('1', 'subscription { wait }');
    await answerTo('1');
    for (let index = 2; index <= 101; index += 1) subscribe(String(index), 'subscription { wait }');
    expect(await answerTo('101', 'error')).toMatchObject({ payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] });
    await answerTo('100');
    subscribe('query', '{ hello }');
    await answerTo('query');
    send({ id: '1', type: 'complete' });
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
    subscribe('again', 'subscription { wait }');
    await answerTo('again');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('close the 21st socket of a customer with a code that is retried, until another closes', async () => {
    const server = await openTestServer();
    const token = await server.tokenFor('ada', 9_000);
    const sockets = await Promise.all(
      Array.from({ length: 20 }, () => openRawSocket(server, { authorization: `Bearer ${token}` })),
    );
    await Promise.all(sockets.map(({ acknowledged }) => acknowledged()));
    const refused = await openRawSocket(server, { authorization: `Bearer ${token}` });
    expect(await refused.closed).toBe(CLOSE.tryAgainLater);
    await (await openRawSocket(server, { authorization: `Bearer ${await server.tokenFor('bob', 9_000)}` })).acknowledged();
    sockets[0]?.socket.close();
    await sockets[0]?.closed;
    await vi.waitFor(async () => (await openRawSocket(server, { authorization: `Bearer ${token}` })).acknowledged());
  });

  it('close a socket that sends a message of more than 64 KiB', async () => {
    const server = await openTestServer();
    const { send, closed, acknowledged } = await openRawSocket(server);
    await acknowledged();
    send({ id: '1', type: 'subscribe', payload: { query: `{ hello } #${'x'.repeat(65_536)}` } });
    expect(await closed).toBe(1009);
  });

  it('close a socket without connection_init', async () => {
    const server = await openTestServer({ limits: { socketInitTimeoutMs: 50 } });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4408);
  });

  it('refuse older subprotocols', async () => {
    const server = await openTestServer();
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.protocol).toBe('');
  });

  it('answer a flood of queries, all of them, but not all at once', async () => {
    const server = await openTestServer({ limits: { socketMaxOperations: 10 } });
    const { subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    for (let index = 1; index <= 500; index += 1) subscribe(String(index), '{ hello }');
    await answerTo('500');
    await answerTo('250');
  });
});

describe('a reader that pauses', () => {
  it('is never sent much ahead, and is disconnected after a while, which ends its subscriptions', async () => {
    const server = await openTestServer({ limits: { socketStallTimeoutMs: 700, socketGoodbyeMs: 100 } });
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { endless }');
    await answerTo('1');
    socket.pause();
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1), { timeout: patience(5_000) });
    // The kernel holds a few megabytes of 64 KiB messages; this process holds none.
    expect(server.ticks.pulled).toBeLessThan(500);
    socket.resume();
  });

  it('gets every value, in order, if it continues in time', async () => {
    const server = await openTestServer();
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { endless }');
    await answerTo('1');
    socket.pause();
    await vi.waitFor(
      async () => {
        const before = server.ticks.pulled;
        await server.query('{ hello }');
        await server.query('{ hello }');
        expect(server.ticks.pulled).toBe(before);
      },
      { timeout: patience(5_000) },
    );
    const stalledAt = server.ticks.pulled;
    socket.resume();
    await vi.waitFor(() => expect(server.ticks.pulled).toBeGreaterThan(stalledAt + 10));
    expect(server.ticks.returned).toBe(0);
  });
});

describe('a peer that does not answer pings', () => {
  it('is disconnected', async () => {
    const server = await openTestServer({ limits: { socketPingIntervalMs: 50 } });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { autoPong: false });
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1006);
  });

  it('is kept if it does answer', async () => {
    const server = await openTestServer({ limits: { socketPingIntervalMs: 200 } });
    const { socket, acknowledged } = await openRawSocket(server);
    let pings = 0;
    socket.on('ping', () => {
      pings += 1;
    });
    await acknowledged();
    await vi.waitFor(() => expect(pings).toBeGreaterThan(5), { timeout: patience(5_000) });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the page that opens a socket', () => {
  it.each([
    ['https://app.example.com', true],
    ['http://localhost:5173', true],
    ['https://evil.example', false],
    ['null', false],
  ])('of the origin %s is allowed: %s', async (origin, allowed) => {
    const server = await openTestServer({ corsOrigins: ['https://app.example.com', 'http://localhost:*'] });
    expect(await canOpen(server, origin)).toBe(allowed);
  });

  it('of the same host is allowed', async () => {
    const server = await openTestServer();
    expect(await canOpen(server, server.url)).toBe(true);
    expect(await canOpen(server, 'http://127.0.0.1:1')).toBe(false);
  });

  async function canOpen(server: TestServer, origin: string): Promise<boolean> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });
    onTestFinished(() => socket.terminate());
    return new Promise((resolve) => socket.once('open', () => resolve(true)).once('error', () => resolve(false)));
  }
});
