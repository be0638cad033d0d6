/**
 * Fifty readers that take nothing, beside ten that do: real sockets, and messages that fill
 * buffers.
 */
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createRichCustomer, openShop, useAtOnce } from '../support/shop.ts';

const STALLED = 50;
const GOOD = 10;
const CHANGES = 150;
/**
 * The buffers of the system hold 270 of these for each reader, and fill for as long as there are
 * changes.
 */
const BULK = { text: 'x'.repeat(15_000) };

interface Reader {
  /** Of the changes that came, in order. */
  readonly sequences: readonly number[];
  snapshots(): number;
  stall(): void;
}

let brim: TestBrim;
/** What the server has worked out for each reader, in the order in which they came. */
let pulled: number[];

beforeAll(async () => {
  brim = await openShop();
  const { feed } = brim.app.domain;
  const { balanceChanges } = feed;
  vi.spyOn(feed, 'balanceChanges').mockImplementation((request) => {
    const changes = balanceChanges(request);
    const next = changes.next.bind(changes);
    const own = pulled;
    const place = own.push(0) - 1;
    changes.next = async () => {
      const result = await next();
      own[place] = (own[place] ?? 0) + 1;
      return result;
    };
    return changes;
  });
});
beforeEach(() => {
  pulled = [];
});
afterAll(() => brim.close());

const documentFor = (customerId: string) =>
  `subscription { balanceChanged(customerId: "${customerId}") { cause sequence balance { remaining } entry { properties } } }`;

/** Takes a message without reading all of it: sixty readers share one processor with the server. */
function openCounter() {
  const sequences: number[] = [];
  let snapshots = 0;
  return {
    sequences,
    snapshots: () => snapshots,
    take(text: string) {
      const [, cause, sequence] = /"cause":"(\w+)","sequence":(\d+)/.exec(text.slice(0, 200)) ?? [];
      if (cause === 'SNAPSHOT') snapshots += 1;
      if (cause === 'LEDGER') sequences.push(Number(sequence));
    },
  };
}

async function overSocket(customerId: string): Promise<Reader> {
  const { take, ...counter } = openCounter();
  const socket = new WebSocket(`${brim.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  socket.on('message', (message) => {
    const text = String(message);
    if (!text.includes('"connection_ack"')) return take(text);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: documentFor(customerId) } }));
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${TEST_KEY}` } }));
  await vi.waitFor(() => expect(counter.snapshots()).toBe(1), { timeout: patience(20_000) });
  return { ...counter, stall: () => socket.pause() };
}

async function overSse(customerId: string): Promise<Reader> {
  const { take, ...counter } = openCounter();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `${brim.url}/graphql?query=${encodeURIComponent(documentFor(customerId))}`;
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${TEST_KEY}` };
    request(url, { headers, agent: false }, resolve).once('error', reject).end();
  });
  onTestFinished(() => void response.destroy());
  response.on('error', () => undefined);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const events = `${text}${chunk}`.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) take(event);
  });
  await vi.waitFor(() => expect(counter.snapshots()).toBe(1), { timeout: patience(20_000) });
  return { ...counter, stall: () => response.pause() };
}

type Open = (customerId: string) => Promise<Reader>;

/** @returns the good ones; the server's counts of the others stand before theirs. */
async function openAll(open: Open, customerId: string): Promise<readonly Reader[]> {
  await createRichCustomer(brim, customerId);
  const openMany = (count: number) => Promise.all(Array.from({ length: count }, () => open(customerId)));
  for (const reader of await openMany(STALLED)) reader.stall();
  return openMany(GOOD);
}

async function change(customerId: string): Promise<void> {
  for (let wave = 0; wave < CHANGES / 50; wave += 1) await useAtOnce(brim, customerId, 50, BULK);
}

async function expectAllHeard(good: readonly Reader[]): Promise<void> {
  const all = Array.from({ length: CHANGES }, (_, index) => index + 3);
  await vi.waitFor(() => expect(good.map(({ sequences }) => sequences.length)).toEqual(good.map(() => CHANGES)), {
    timeout: patience(90_000),
  });
  for (const { sequences, snapshots } of good)
    expect({ sequences, snapshots: snapshots() }).toEqual({ sequences: all, snapshots: 1 });
}

describe('ten good readers beside fifty that read nothing', () => {
  it('get everything over WebSocket, and almost nothing is computed for the others', {
    timeout: patience(120_000),
  }, async () => {
    const good = await openAll(overSocket, 'crowded-socket');
    await change('crowded-socket');
    await expectAllHeard(good);
    // 64 KiB, and a message or two.
    expect(Math.max(...pulled.slice(0, STALLED))).toBeLessThan(12);
  });

  it('get everything over SSE, and their share while the buffers of the others are filled', {
    timeout: patience(120_000),
  }, async () => {
    const good = await openAll(overSse, 'crowded-sse');
    const changed = change('crowded-sse');
    await vi.waitFor(() => expect(Math.max(...pulled.slice(0, STALLED))).toBeGreaterThan(80), {
      timeout: patience(90_000),
      interval: 5,
    });
    const most = Math.max(...pulled.slice(0, STALLED));
    // Heard, and not only worked out: what comes in is read between the turns.
    expect(Math.min(...good.map(({ sequences }) => sequences.length))).toBeGreaterThan(0.5 * most);
    await changed;
    await expectAllHeard(good);
  });
});
