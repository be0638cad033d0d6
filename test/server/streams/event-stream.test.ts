import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { patience } from '../../support/deadlines.ts';
import { BEARER, openTestServer, type TestServer } from '../fixture.ts';

interface Stream {
  readonly response: IncomingMessage;
  readonly text: () => string;
  readonly ended: Promise<'complete' | 'cut'>;
}

async function openStream(server: TestServer, query: string, headers: Record<string, string> = BEARER): Promise<Stream> {
  const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve).on('error', reject);
  });
  onTestFinished(() => {
    response.destroy();
  });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<'complete' | 'cut'>((resolve) => {
    response.once('end', () => resolve('complete'));
    response.once('error', () => resolve('cut'));
  });
  return { response, text: () => text, ended };
}

/** The results of a stream, without pings. */
function resultsOf(text: string): unknown[] {
  return [...text.matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json ?? ''));
}

describe('subscriptions over SSE', () => {
  it('send each value and complete', async () => {
    const server = await openTestServer();
    const { response, text, ended } = await openStream(server, 'subscription { count(to: 3) }');
    expect(response.headers['content-type']).toMatch('text/event-stream');
    expect(response.headers['x-request-id']).toEqual(expect.any(String));
    expect(await ended).toBe('complete');
    expect(resultsOf(text())).toMatchObject([1, 2, 3].map((count) => ({ data: { count } })));
    expect(text()).toContain('event: complete');
  });

  it('can be asked for with POST', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { count(to: 2) }' }),
    });
    expect(resultsOf(await response.text())).toMatchObject([{ data: { count: 1 } }, { data: { count: 2 } }]);
  });

  it('are refused without credentials', async () => {
    const server = await openTestServer();
    const { response } = await openStream(server, 'subscription { count(to: 3) }', {});
    expect(response.statusCode).toBe(401);
  });

  it('end when their reader disconnects', async () => {
    const server = await openTestServer();
    const { response, text } = await openStream(server, 'subscription { wait }');
    await vi.waitFor(() => expect(resultsOf(text())).toMatchObject([{ data: { wait: 'first' } }]));
    response.destroy();
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
  });

  it('end when their customer token does, and say why', async () => {
    const server = await openTestServer();
    const authorization = `Bearer ${await server.tokenFor('ada', 400)}`;
    const { text, ended } = await openStream(server, 'subscription { wait }', { authorization });
    expect(await ended).toBe('complete');
    expect(resultsOf(text())).toMatchObject([
      { data: { wait: 'first' } },
      { errors: [{ message: expect.stringContaining('has expired'), extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(server.ticks.returned).toBe(1);
  });

  it("mask an unexpected error, and log it with the request's id", async () => {
    const server = await openTestServer();
    const { response, text, ended } = await openStream(server, 'subscription { surprising }');
    await ended;
    const requestId = response.headers['x-request-id'];
    expect(resultsOf(text())).toMatchObject([
      { errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL', requestId } }] },
    ]);
    expect(server.errors).toHaveBeenCalledTimes(1);
  });

  it('are never ahead of their reader, and end when it disconnects', async () => {
    const server = await openTestServer();
    const { response, text } = await openStream(server, 'subscription { endless }');
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(0));
    response.pause();
    await vi.waitFor(
      async () => {
        const before = server.ticks.pulled;
        await server.query('{ hello }');
        await server.query('{ hello }');
        expect(server.ticks.pulled).toBe(before);
      },
      { timeout: patience(5_000) },
    );
    expect(server.ticks.pulled).toBeLessThan(500);
    response.destroy();
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1), { timeout: patience(5_000) });
  });

  it('answer at once, with headers that stop proxies from buffering', async () => {
    const server = await openTestServer({ limits: { socketPingIntervalMs: 40 } });
    const { response, text } = await openStream(server, 'subscription { silent }');
    expect(response.headers).toMatchObject({ 'x-accel-buffering': 'no', 'cache-control': 'no-store' });
    // The first comment comes before any change, and later ones keep the connection alive.
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(10), { timeout: patience(5_000) });
    expect(text()).toMatch(/^(:\n\n)+$/);
  });

  it('are closed where the reader takes nothing for long, as sockets are', async () => {
    const server = await openTestServer({ limits: { socketStallTimeoutMs: 700 } });
    const { response, text, ended } = await openStream(server, 'subscription { endless }');
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(0));
    response.pause();
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1), { timeout: patience(5_000) });
    expect(server.ticks.pulled).toBeLessThan(500);
    response.resume();
    expect(await ended).toBe('cut');
  });

  it('reach ten good readers beside fifty that read nothing', async () => {
    const server = await openTestServer();
    for (let reader = 0; reader < 50; reader += 1) {
      const { response } = await openStream(server, 'subscription { endless }');
      response.pause();
    }
    const good = await Promise.all(Array.from({ length: 10 }, () => openStream(server, 'subscription { count(to: 100) }')));
    expect(await Promise.all(good.map(({ ended }) => ended))).toEqual(Array.from({ length: 10 }, () => 'complete'));
    for (const { text } of good) expect(resultsOf(text())).toHaveLength(100);
  });

  it('do not keep a closing server open where their readers take nothing', async () => {
    const server = await openTestServer({ limits: { socketGoodbyeMs: 100 } });
    const { response, text } = await openStream(server, 'subscription { endless }');
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(0));
    response.pause();
    await server.close();
    expect(server.ticks.returned).toBe(1);
  });

  it('get a reason and complete when the server closes, so that their readers subscribe again', async () => {
    const server = await openTestServer();
    const { text, ended } = await openStream(server, 'subscription { wait }');
    await vi.waitFor(() => expect(resultsOf(text())).toHaveLength(1));
    await server.close();
    expect(await ended).toBe('complete');
    expect(resultsOf(text())[1]).toMatchObject({ errors: [{ extensions: { code: 'GOING_AWAY', retryable: true } }] });
    expect(text()).toMatch(/event: complete\ndata:\n\n$/);
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
  });
});
