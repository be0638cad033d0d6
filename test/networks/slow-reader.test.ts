import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { BalanceChange } from '../../src/feed/balance-change.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { balanceOf, createRichCustomer, openShop, useAtOnce } from '../support/shop.ts';

/** A subscriber whose connection can be stopped from reading, as a laptop that sleeps does. */
interface SlowReader {
  pause(): void;
  resume(): void;
  leave(): void;
  /** What has arrived. */
  readonly changes: readonly Arrived[];
}

interface Arrived {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly sequence: number;
  readonly balance: { readonly remaining: string; readonly version: number };
}

/** So that 5,000 entries are 25 MB, which is more than the kernel's buffers hold. */
const BULK = { text: 'x'.repeat(5_000) };
const documentFor = (customerId: string) =>
  `subscription { balanceChanged(customerId: "${customerId}") { cause sequence balance { remaining version } entry { properties } } }`;

let brim: TestBrim;
/** How many changes the server has taken from the feed, for any reader. */
let pulled = 0;

beforeAll(async () => {
  brim = await openShop();
  const { feed } = brim.app.domain;
  const { balanceChanges } = feed;
  vi.spyOn(feed, 'balanceChanges').mockImplementation((request) => counted(balanceChanges(request)));
});
afterAll(() => brim.close());

function counted(changes: AsyncIterableIterator<BalanceChange>): AsyncIterableIterator<BalanceChange> {
  const next = changes.next.bind(changes);
  changes.next = async () => {
    const result = await next();
    if (!result.done) pulled += 1;
    return result;
  };
  return changes;
}

async function overSocket(customerId: string): Promise<SlowReader> {
  const socket = new WebSocket(`${brim.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const changes: Arrived[] = [];
  socket.on('message', (message) => {
    const { type, payload } = JSON.parse(String(message));
    if (type === 'connection_ack')
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: documentFor(customerId) } }));
    if (type === 'next') changes.push(payload.data.balanceChanged);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${TEST_KEY}` } }));
  return { changes, pause: () => socket.pause(), resume: () => socket.resume(), leave: () => socket.terminate() };
}

async function overSse(customerId: string): Promise<SlowReader> {
  const changes: Arrived[] = [];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `${brim.url}/graphql?query=${encodeURIComponent(documentFor(customerId))}`;
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${TEST_KEY}` };
    request(url, { headers, agent: false }, resolve).once('error', reject).end();
  });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = `${text}${chunk}`.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, json] = /^data: (.+)$/m.exec(block) ?? [];
      if (json) changes.push(JSON.parse(json).data.balanceChanged);
    }
  });
  response.on('error', () => undefined);
  return { changes, pause: () => response.pause(), resume: () => response.resume(), leave: () => response.destroy() };
}

describe.each([
  ['WebSocket', overSocket],
  ['SSE', overSse],
])('a reader over %s who pauses', (transport, open) => {
  async function openPaused(customerId: string): Promise<SlowReader> {
    await createRichCustomer(brim, customerId);
    const reader = await open(customerId);
    onTestFinished(() => reader.leave());
    await vi.waitFor(() => expect(reader.changes).toHaveLength(1));
    reader.pause();
    pulled = 0;
    return reader;
  }

  it('under 5,000 changes costs bounded memory and no crash, and afterwards ends at the true balance', async () => {
    const customerId = `many-${transport}`;
    const reader = await openPaused(customerId);
    for (let wave = 0; wave < 50; wave += 1) await useAtOnce(brim, customerId, 100, BULK);
    // What is pulled is what the buffers of the two sockets took; the rest stays where it is, in
    // the ledger.
    expect(pulled).toBeLessThan(2_500);
    const pulledWhilePaused = pulled;

    reader.resume();
    await vi.waitFor(() => expect(reader.changes.at(-1)?.sequence).toBe(5_002), { timeout: patience(20_000) });
    const causes = reader.changes.map(({ cause }) => cause);
    // One at the beginning, and one each time it had fallen behind: also while its buffers filled.
    const snapshots = causes.filter((cause) => cause === 'SNAPSHOT').length;
    expect(snapshots).toBeGreaterThanOrEqual(2);
    expect(snapshots).toBeLessThan(10);
    expect(reader.changes.length).toBeLessThan(pulledWhilePaused + 1_500);
    expect(gapsIn(reader.changes)).toEqual([]);
    await useAtOnce(brim, customerId);
    await vi.waitFor(() => expect(reader.changes.at(-1)).toMatchObject({ cause: 'LEDGER', sequence: 5_003 }));
    const { remaining, version } = await balanceOf(brim, customerId);
    expect(reader.changes.at(-1)?.balance).toEqual({ remaining, version });
  });

  it('at most 1,000 changes behind gets each of them afterwards, and no snapshot', async () => {
    const customerId = `few-${transport}`;
    const reader = await openPaused(customerId);
    for (let wave = 0; wave < 10; wave += 1) await useAtOnce(brim, customerId, 100, BULK);
    reader.resume();
    await vi.waitFor(() => expect(reader.changes.at(-1)?.sequence).toBe(1_002), { timeout: patience(20_000) });
    expect(reader.changes.map(({ cause, sequence }) => `${cause} ${sequence}`)).toEqual([
      'SNAPSHOT 2',
      ...Array.from({ length: 1_000 }, (_, index) => `LEDGER ${index + 3}`),
    ]);
    await vi.waitFor(() => expect(reader.changes.at(-1)?.balance).toEqual({ remaining: '999010', version: 1_002 }));
  });
});

/** Where a change neither follows the one before it nor is a snapshot from later on. */
function gapsIn(changes: readonly Arrived[]): readonly string[] {
  return changes.flatMap(({ cause, sequence }, index) => {
    const before = changes[index - 1]?.sequence ?? 0;
    const follows = cause === 'SNAPSHOT' ? sequence > before : sequence === before + 1;
    return follows ? [] : [`${cause} ${sequence} after ${before}`];
  });
}
