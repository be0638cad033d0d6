/**
 * What happens to listeners where connections do not last: nothing is lost, and nothing comes
 * twice.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LISTENERS, type Listener } from '../feed/listeners.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';
import { createCustomer, createCustomerToken, openShop, track } from '../support/shop.ts';

/**
 * graphql-sse takes the end of a stream for the end of the subscription, and a cut right after a
 * message for a fault of its own.
 */
const COMING_BACK = LISTENERS.filter(([name]) => name !== 'graphql-sse');

beforeAll(() => void vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => void vi.unstubAllGlobals());

async function listenTo({ url }: Pick<TestBrim, 'url'>, token: string, count: number): Promise<readonly Listener[]> {
  const all = Array.from({ length: count }, (_, index) => {
    const [, listen] = COMING_BACK[index % COMING_BACK.length] ?? [];
    if (!listen) throw new Error('There is no listener.');
    return listen({ url }, token);
  });
  await vi.waitFor(() => expect(all.map(({ heard }) => heard)).toEqual(all.map(() => ['SNAPSHOT 1'])), {
    timeout: patience(30_000),
  });
  return all;
}

async function expectHeard(all: readonly Listener[], last: number): Promise<void> {
  const changes = Array.from({ length: last - 1 }, (_, index) => `LEDGER ${index + 2}`);
  await vi.waitFor(() => expect(all.map(({ heard }) => heard.at(-1))).toEqual(all.map(() => `LEDGER ${last}`)), {
    timeout: patience(90_000),
  });
  for (const { heard, ends } of all) expect({ heard, ends }).toEqual({ heard: ['SNAPSHOT 1', ...changes], ends: [] });
}

describe.runIf(isLong)('listeners', () => {
  it('on a train get every change once and in order, however often they are cut off', {
    timeout: patience(240_000),
  }, async () => {
    const brim = await openShop();
    const train = await openPostgresProxy(brim.url);
    await createCustomer(brim, 'ada');
    const all = await listenTo({ url: train.url.replace(/\/$/, '') }, await createCustomerToken(brim, 'ada'), 4);
    try {
      let head = 1;
      while (head < 25 || all.some(({ connections }) => connections() < 3)) {
        if (head % 5 === 0) train.cut();
        await track(brim, { customerId: 'ada', value: 0.001 });
        train.mend();
        head += 1;
        // Until somebody has come back: a train that is cut off all the time hears nothing.
        await vi.waitFor(() => expect(all.some(({ heard }) => heard.at(-1) === `LEDGER ${head}`)).toBe(true), {
          timeout: patience(90_000),
        });
      }
      await expectHeard(all, head);
    } finally {
      for (const { leave } of all) leave();
      await train.close();
      await brim.close();
    }
  });

  it('fifty of them reconnect to a restarted server, one after another, and have missed nothing', {
    timeout: patience(240_000),
  }, async () => {
    const database = await freshDatabase();
    const first = await openShop({ databaseUrl: database.url });
    const port = Number(new URL(first.url).port);
    const customers = ['ada', 'ben', 'cleo', 'dan', 'eve'];
    const all: Listener[] = [];
    for (const customerId of customers) {
      await createCustomer(first, customerId);
      all.push(...(await listenTo(first, await createCustomerToken(first, customerId), 10)));
    }
    const other = await openBrim({ databaseUrl: database.url });
    const useOnce = () => Promise.all(customers.map((customerId) => track(other, { customerId, value: 1 })));
    let again: TestBrim | undefined;
    try {
      await useOnce();
      await first.close();
      await useOnce();
      again = await openBrim({ databaseUrl: database.url, config: { port } });
      await useOnce();
      await expectHeard(all, 4);
      // Nobody has hammered at the door.
      for (const { connections } of all) expect(connections()).toBeLessThan(12);
    } finally {
      for (const { leave } of all) leave();
      await Promise.all([other.close(), again?.close()]);
      await database.drop();
    }
  });
});
