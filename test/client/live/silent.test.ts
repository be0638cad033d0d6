/**
 * A connection that is gone although nobody closed it: the page says so, and does not show old
 * numbers as live for long.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openLink, type Transport } from '../../../packages/client/src/live/link.ts';
import { openTokens } from '../../../packages/client/src/live/tokens.ts';

beforeEach(() => {
  vi.stubGlobal('WebSocket', WebSocket);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Opens every connection, and never says anything after that. */
async function openSilentServer(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
  }).listen(0, '127.0.0.1');
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (text) => String(text).includes('connection_init') && socket.send('{"type":"connection_ack"}'));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each<[Transport, number]>([
  ['websocket', 17_000],
  ['sse', 30_000],
])('over %s is found out after %i ms', async (transport, afterMs) => {
  const url = `${await openSilentServer()}/graphql`;
  const link = openLink({ url, tokens: openTokens({ token: 'a-token' }), transports: [transport], pollIntervalMs: 1_000 });
  const states: string[] = [];
  link.connection.subscribe(() => void states.push(link.connection.get()));
  onTestFinished(
    link.add({
      subscription: () => ({ query: 'subscription { x }' }),
      next: () => undefined,
      question: { query: '{ x }' },
      answer: () => undefined,
      fail: () => undefined,
    }),
  );
  while (states.length === 0) await new Promise((resolve) => setImmediate(resolve));
  // What it opens with has come, too, and has set its patience anew.
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(afterMs - 100);
  expect(states).toEqual(['live']);
  await vi.advanceTimersByTimeAsync(100);
  expect(states).toEqual(['live', 'offline']);
});
