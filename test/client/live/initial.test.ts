import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type CustomerSnapshot, type Live, type LiveOptions, openLive } from '../../../packages/client/src/live/index.ts';
import { patience } from '../../support/deadlines.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { createCustomerToken, MESSAGES } from '../../support/shop.ts';

describe('a page that begins with a snapshot of its server', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());
  beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  async function snapshotOf(customerId: string): Promise<CustomerSnapshot> {
    const snapshot = await (await shop.connect()).snapshot(customerId);
    if (!snapshot) throw new Error('no snapshot');
    return snapshot;
  }

  function open(options: Partial<LiveOptions>): Live {
    const live = openLive({ url: shop.url, pollIntervalMs: 50, ...options });
    onTestFinished(live.customer.subscribe(() => undefined));
    return live;
  }

  const remaining = (live: Live) => live.customer.get().balances.byFeature[MESSAGES]?.remaining;

  it('shows its numbers before anything was asked', async () => {
    const initial = await snapshotOf(await shop.newCustomer());
    const live = openLive({ url: 'http://127.0.0.1:9', token: 'none', initial });
    expect(live.customer.get()).toMatchObject({ value: { id: initial.id }, balances: { sequence: 1 } });
    expect(remaining(live)).toBe('10');
    expect(live.initial).toBe(live.customer.get());
    expect(openLive({ url: 'http://127.0.0.1:9', initial: null }).customer.get()).toEqual({ balances: { byFeature: {} } });
  });

  it.each<['websocket' | 'sse']>([['websocket'], ['sse']])(
    'goes on from there, over %s: what came since is pushed',
    async (transport) => {
      const customerId = await shop.newCustomer();
      const client = await shop.connect();
      await client.track({ customerId, featureId: MESSAGES, value: 1 });
      const initial = await snapshotOf(customerId);
      await client.track({ customerId, featureId: MESSAGES, value: 2 });
      const afters: unknown[] = [];
      const { balanceChanges } = shop.app.domain.feed;
      vi.spyOn(shop.app.domain.feed, 'balanceChanges').mockImplementation((asked) => {
        afters.push(asked.after);
        return balanceChanges(asked);
      });
      const live = open({ token: await createCustomerToken(shop, customerId), initial, transports: [transport] });
      expect(remaining(live)).toBe('9');
      await vi.waitFor(() => expect(remaining(live)).toBe('7'));
      await client.track({ customerId, featureId: MESSAGES, value: 3 });
      await vi.waitFor(() => expect(remaining(live)).toBe('4'));
      expect(afters).toEqual([2n]);
    },
  );

  it('takes in nothing that is older than what it shows', async () => {
    const customerId = await shop.newCustomer();
    const old = await snapshotOf(customerId);
    await (await shop.connect()).track({ customerId, featureId: MESSAGES });
    const live = open({ token: await createCustomerToken(shop, customerId), initial: await snapshotOf(customerId) });
    const seen = new Set<string | undefined>();
    onTestFinished(live.customer.subscribe(() => seen.add(remaining(live))));
    await vi.waitFor(() => expect(live.connection.get()).toBe('live'));
    await live.refetch();
    expect([...seen].filter((each) => each !== '9')).toEqual([]);
    expect(old.balances[0]?.remaining).toBe('10');
  });

  it('gives a snapshot of another customer up for the one whose token it has', async () => {
    const [other, own] = [await shop.newCustomer(), await shop.newCustomer()];
    const client = await shop.connect();
    await client.adjustBalance({ customerId: other, featureId: MESSAGES, by: 90 });
    const live = open({ token: await createCustomerToken(shop, own), initial: await snapshotOf(other) });
    expect(remaining(live)).toBe('100');
    await vi.waitFor(() => expect(live.customer.get().value?.id).toBe(own));
    expect(remaining(live)).toBe('10');
    await client.track({ customerId: own, featureId: MESSAGES, value: 4 });
    await vi.waitFor(() => expect(remaining(live)).toBe('6'));
  });

  it('keeps showing it where no token can be had, says so, and is right once there is one', async () => {
    const customerId = await shop.newCustomer();
    const initial = await snapshotOf(customerId);
    await (await shop.connect()).track({ customerId, featureId: MESSAGES, value: 5 });
    const good = await createCustomerToken(shop, customerId);
    let isSignedIn = false;
    const live = open({ initial, getToken: async () => (isSignedIn ? good : '<!doctype html>') });
    await vi.waitFor(() => expect(live.customer.get().error).toMatchObject({ code: 'TOKEN' }));
    expect(remaining(live)).toBe('10');
    isSignedIn = true;
    await vi.waitFor(() => expect(remaining(live)).toBe('5'), { timeout: patience(20_000) });
    await vi.waitFor(() => expect(live.customer.get().error).toBeUndefined());
  });
});
