import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { createSchema } from 'graphql-yoga';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findRoute, type Route } from '../../../src/server/http/routes.ts';
import { OverloadedError } from '../../../src/values/errors.ts';
import { BEARER, describeOnEachWire, holdSlow, openRawSocket, openTestServer, slow } from '../fixture.ts';

const echo: Route = {
  method: 'POST',
  path: '/echo/:name',
  handle: async (request, { name }) =>
    new Response(`${name}: ${await request.text()}`, { headers: { 'x-path': new URL(request.url).pathname } }),
};
const broken: Route = {
  method: 'GET',
  path: '/broken',
  handle: () => {
    throw new Error('the database password is hunter2');
  },
};
const busy: Route = {
  method: 'GET',
  path: '/busy',
  handle: () => {
    throw new OverloadedError();
  },
};
const moved: Route = {
  method: 'GET',
  path: '/moved',
  handle: () => Response.redirect('https://example.com/there', 303),
};

describe('routes', () => {
  it('are fetch-style functions with named parts of the path', async () => {
    const { url } = await openTestServer({ routes: [echo] });
    const response = await fetch(`${url}/echo/a%20b?x=1`, { method: 'POST', body: 'hello' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('a b: hello');
    expect(response.headers.get('x-path')).toBe('/echo/a%20b');
    expect(response.headers.get('x-request-id')).toEqual(expect.any(String));
  });

  it('may redirect, and may answer HEAD', async () => {
    const { url } = await openTestServer({ routes: [moved] });
    const response = await fetch(`${url}/moved`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, 'https://example.com/there']);
    expect((await fetch(`${url}/health`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answer an unknown path with the list of paths', async () => {
    const { url } = await openTestServer({ routes: [echo] });
    const response = await fetch(`${url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ message: 'There is nothing at this path. GraphQL is at /graphql.', extensions: { code: 'NOT_FOUND' } }],
      paths: ['GET, POST /graphql', 'GET /health', 'GET /ready', 'POST /echo/:name'],
    });
    const wrong = await fetch(`${url}/echo/a`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('that throw are masked and logged; a retryable error is 503', async () => {
    const server = await openTestServer({ routes: [broken, busy] });
    const response = await fetch(`${server.url}/broken`);
    expect(response.status).toBe(500);
    const requestId = response.headers.get('x-request-id');
    const extensions = { code: 'INTERNAL', requestId };
    expect(await response.json()).toEqual({ errors: [{ message: 'Unexpected error.', extensions }] });
    expect(server.errors.mock.calls[0]?.[0]).toMatchObject({ requestId, err: new Error('the database password is hunter2') });
    expect((await fetch(`${server.url}/busy`)).status).toBe(503);
    expect(server.errors).toHaveBeenCalledTimes(1);
  });

  it('accept no body above a megabyte', async () => {
    const { url } = await openTestServer({ routes: [echo] });
    expect((await fetch(`${url}/echo/a`, { method: 'POST', body: 'x'.repeat(1_048_577) })).status).toBe(413);
    expect((await fetch(`${url}/echo/a`, { method: 'POST', body: 'x'.repeat(1_048_576) })).status).toBe(200);
  });

  it('match whole paths, or every rest where they end in a star', () => {
    const routes = [echo, { ...moved, path: '/files/*' }];
    expect(findRoute(routes, 'POST', '/echo/a')).toMatchObject({ kind: 'found', params: { name: 'a' } });
    expect(findRoute(routes, 'GET', '/files/a/b')).toMatchObject({ kind: 'found', params: { rest: 'a/b' } });
    for (const path of ['/echo', '/echo/', '/echo/a/b', '/echo/%', '/Echo/a'])
      expect(findRoute(routes, 'POST', path).kind).toBe('unknown');
  });
});

describe('health', () => {
  it('is alive in every state of the database, and ready when it answers', async () => {
    let isAway = false;
    const { url } = await openTestServer({
      isDatabaseReady: async () => (isAway ? Promise.reject(new Error('away')) : undefined),
    });
    const status = async (path: string) => (await fetch(url + path)).status;
    expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
    isAway = true;
    expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
  });

  it('is not ready where the database hangs', async () => {
    const { url } = await openTestServer({ isDatabaseReady: () => new Promise(() => undefined) });
    expect((await fetch(`${url}/ready`)).status).toBe(503);
  });
});

describeOnEachWire('closing', () => {
  it('lets a request in flight finish, accepts no new one, and closes sockets with 1001', async () => {
    holdSlow();
    const server = await openTestServer();
    const { closed: socketClosed, acknowledged, subscribe, answerTo } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { wait }');
    await answerTo('1');
    const answer = server.query('{ slow }');
    await vi.waitFor(() => expect(slow.started).toBe(true));
    const closed = server.close();
    expect(await socketClosed).toBe(1001);
    await expect(fetch(`${server.url}/health`, { headers: { connection: 'close' } })).rejects.toThrow();
    slow.finish('at last');
    expect((await answer).body).toMatchObject({ data: { slow: 'at last' } });
    await closed;
    expect(server.ticks.returned).toBe(1);
    await server.close();
  });

  it('does not wait for kept-alive connections', async () => {
    const server = await openTestServer();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await new Promise<void>((resolve) =>
      request(`${server.url}/health`, { agent }, (response) => response.resume().once('end', resolve)).end(),
    );
    await server.close();
  });

  it('does not wait for connections without a request, which browsers open ahead of time', async () => {
    const server = await openTestServer({ limits: { drainTimeoutMs: 600_000 } });
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await server.close();
    await ended;
  });

  it('cuts off a request that does not end', async () => {
    holdSlow();
    const server = await openTestServer({ limits: { drainTimeoutMs: 100 } });
    const answer = server.query('{ slow }').catch(() => 'cut');
    await vi.waitFor(() => expect(slow.started).toBe(true));
    await server.close();
    expect(await answer).toBe('cut');
  });

  it('cuts off a socket that does not answer the close frame', async () => {
    const server = await openTestServer({ limits: { socketGoodbyeMs: 100 } });
    const { socket, acknowledged } = await openRawSocket(server);
    await acknowledged();
    socket.pause();
    await server.close();
    socket.resume();
  });
});

describe('opening', () => {
  it('names the port that is taken', async () => {
    const { url } = await openTestServer();
    const port = Number(new URL(url).port);
    await expect(openTestServer({ port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken. Set PORT to another, or to 0 for any.`,
    );
  });

  it('names a host that is not of this machine', async () => {
    await expect(openTestServer({ host: '192.0.2.1' })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(/^192\.0\.2\.1 is no address or name of this machine\. Set HOST to one/),
    });
  });

  it('answers requests with the header of the key on one port', async () => {
    const { url } = await openTestServer();
    expect((await fetch(`${url}/graphql?query={hello}`, { headers: BEARER })).status).toBe(200);
  });
});

it('an answer that nobody reads is given up with its connection; one that is read slowly is not', async () => {
  const bulk = Array.from({ length: 400 }, () => 'x'.repeat(65_536));
  const responses: ServerResponse[] = [];
  const schema = createSchema<{ res: ServerResponse }>({
    typeDefs: 'type Query { bulk: [String!]! }',
    resolvers: {
      Query: {
        bulk: (_source, _args, { res }) => {
          responses.push(res);
          return bulk;
        },
      },
    },
  });
  const server = await openTestServer({ schema, contextFor: () => ({}), limits: { responseStallTimeoutMs: 1_000 } });
  const ask = async () => {
    const asked = request(`${server.url}/graphql?query=%7Bbulk%7D`, {
      headers: { ...BEARER, accept: 'application/json' },
      agent: false,
    });
    onTestFinished(() => void asked.destroy());
    asked.end();
    const [response]: IncomingMessage[] = await once(asked, 'response');
    if (!response) throw new Error('there is no response');
    return response;
  };
  const unread = await ask();
  const cut = new Promise((resolve) => unread.once('error', resolve));
  const [given] = responses;
  if (given && !given.closed) await once(given, 'close');
  unread.resume();
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });

  const slow = await ask();
  let bytes = 0;
  for await (const chunk of slow) {
    bytes += chunk.length;
    if (bytes < 4_000_000) await pass(20);
  }
  expect(bytes).toBeGreaterThan(400 * 65_536);
});
