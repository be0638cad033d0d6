/** How long clients wait before they come back: the rule, and each client of ours by it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openBackOff } from '../../../packages/client/src/live/back-off.ts';
import { type Listen, OWN_LISTENERS } from '../../feed/listeners.ts';
import { patience } from '../../support/deadlines.ts';

describe('the wait before the next attempt', () => {
  const waits = (count: number, { next } = openBackOff()) => Array.from({ length: count }, next);

  it('is a second at the most at first, twice as long each time, and half a minute at the most', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    expect(waits(8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is drawn at random, from a fifth of that to all of it', () => {
    vi.restoreAllMocks();
    const first = Array.from({ length: 1_000 }, () => openBackOff().next());
    expect(Math.min(...first)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...first)).toBeLessThanOrEqual(1_000);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(600);
  });

  it('is up to ten seconds after a goodbye of the server, so that not all return at once', () => {
    vi.restoreAllMocks();
    const waits = Array.from({ length: 1_000 }, () => openBackOff().next(true));
    for (const share of [0.1, 0.5, 0.9])
      expect(waits.filter((wait) => wait < share * 10_000).length / 1_000).toBeCloseTo(share, 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  });

  it('begins anew once something was heard', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const backOff = openBackOff();
    waits(5, backOff);
    backOff.reset();
    expect(waits(2, backOff)).toEqual([1_000, 2_000]);
  });
});

/**
 * A socket that is closed before it opens throws nothing. That of `ws` does where nobody listens.
 */
class AsInBrowsers extends WebSocket {
  constructor(...options: ConstructorParameters<typeof WebSocket>) {
    super(...options);
    this.on('error', () => undefined);
  }
}

describe.each(OWN_LISTENERS)('%s', (_name, listen) => {
  beforeEach(() => {
    vi.stubGlobal('WebSocket', AsInBrowsers);
    // The shortest waits: 200 ms, 400 ms, 800 ms …
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('waits twice as long after each connection that opens and says nothing', async () => {
    const gaps = await gapsOf(listen, () => undefined, 4);
    for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThan(190 * 2 ** index);
  });

  it('takes its time after a goodbye of the server', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.12);
    const [gap] = await gapsOf(listen, () => GOODBYE, 1);
    expect(gap).toBeGreaterThan(1_190);
  });

  it('begins anew after a message', async () => {
    const waited = vi.spyOn(globalThis, 'setTimeout');
    await gapsOf(listen, (attempt) => (attempt === 2 ? MESSAGE : undefined), 4);
    const waits = waited.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== undefined && [200, 400, 800, 1_600].includes(ms));
    expect(waits.slice(0, 4)).toEqual([200, 400, 200, 400]);
  });
});

const GOING_AWAY = 1001;
/** As a stream says it. A socket is closed with the code. */
const GOODBYE = { errors: [{ message: 'Bye', extensions: { code: 'GOING_AWAY', retryable: true } }] };
const MESSAGE = { data: { balanceChanged: { cause: 'LEDGER', sequence: 7 } } };

/**
 * Listens at a server that opens each connection, perhaps says something, and cuts it.
 * @returns the milliseconds between one connection and the next.
 */
async function gapsOf(listen: Listen, say: (attempt: number) => object | undefined, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  const attempt = () => say(times.push(performance.now()) - 1);
  const server = createServer((_request, response) => {
    const said = attempt();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n', () => {
      if (said) response.end(`event: next\ndata: ${JSON.stringify(said)}\n\n`);
      else response.destroy();
    });
  }).listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    const said = attempt();
    socket.on('message', (text) => {
      const { type, id } = JSON.parse(String(text));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      if (said && said !== GOODBYE) socket.send(JSON.stringify({ type: 'next', id, payload: said }));
      socket.close(said === GOODBYE ? GOING_AWAY : 1012);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const listener = listen({ url: `http://127.0.0.1:${port}` }, 'a-token');
  onTestFinished(() => {
    listener.leave();
    server.close();
    server.closeAllConnections();
  });
  await vi.waitFor(() => expect(times.length).toBeGreaterThan(count), { timeout: patience(30_000) });
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
