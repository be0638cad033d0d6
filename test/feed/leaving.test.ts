import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { attach, createCustomer, MESSAGES, openShop } from '../support/shop.ts';

let brim: TestBrim;
let purchaseId: string;

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
  const { purchase } = await attach(brim, {
    customerId: 'ada',
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: '100' }],
  });
  purchaseId = purchase.id;
});
afterAll(() => brim.close());

const WAITING = {
  'a customer, after its snapshot': () => 'balanceChanged(customerId: "ada") { sequence }',
  'a customer, without a first message': () => 'balanceChanged(customerId: "ada", after: 1) { sequence }',
  'a purchase': () => `purchaseChanged(purchaseId: "${purchaseId}") { id }`,
};
const cases = Object.entries(WAITING);
const subscribers = () => brim.app.domain.feed.subscribers;
const nobodySubscribes = () => vi.waitFor(() => expect(subscribers()).toBe(0));

/** A socket with one operation on it, as soon as the server has acknowledged the socket. */
async function openSocket(field: string): Promise<WebSocket> {
  const socket = new WebSocket(`${brim.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${TEST_KEY}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `subscription { ${field} }` } }));
  return socket;
}

/** Sends a request, and does not wait for its answer. */
function sendSse(field: string): () => void {
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  fetch(`${brim.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify({ query: `subscription { ${field} }` }),
    signal: leave.signal,
  }).catch(() => undefined);
  return () => leave.abort();
}

describe.each(cases)('a subscriber who waits for %s', (_what, field) => {
  it('is removed at once when it completes', async () => {
    const socket = await openSocket(field());
    await vi.waitFor(() => expect(subscribers()).toBe(1));
    socket.send(JSON.stringify({ id: '1', type: 'complete' }));
    await nobodySubscribes();
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('is removed at once when its socket breaks', async () => {
    const socket = await openSocket(field());
    await vi.waitFor(() => expect(subscribers()).toBe(1));
    socket.terminate();
    await nobodySubscribes();
  });

  it('is removed at once when its request breaks', async () => {
    const leave = sendSse(field());
    await vi.waitFor(() => expect(subscribers()).toBe(1));
    leave();
    await nobodySubscribes();
  });
});

describe('a subscriber that leaves while it is being authenticated', () => {
  it.each([
    ['a socket', async (field: string) => openSocket(field).then((socket) => () => socket.terminate())],
    ['a request', async (field: string) => sendSse(field)],
  ])('over %s does not stay', async (_what, enter) => {
    const { domain } = brim.app;
    const { find } = domain.customers;
    const doors: (() => void)[] = [];
    const looking = vi.spyOn(domain.customers, 'find').mockImplementation(async (id) => {
      await new Promise<void>((open) => doors.push(open));
      return find(id);
    });
    const joining = vi.spyOn(domain.feed, 'balanceChanges');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });

    const leave = await enter('balanceChanged(customerId: "ada", after: 1) { sequence }');
    await vi.waitFor(() => expect(looking).toHaveBeenCalledTimes(1));
    leave();
    // The server hears of it before it answers these.
    for (let turn = 0; turn < 3; turn += 1) await brim.data('{ features { id } }');
    for (const open of doors) open();
    await vi.waitFor(() => expect(joining).toHaveBeenCalledTimes(1));
    await nobodySubscribes();
  });
});
