/** Several Brims on one database behind the proxy that deploy/ has for them. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LISTENERS, OWN_LISTENERS } from '../feed/listeners.ts';
import { post } from '../support/brim.ts';
import { type Balancer, hasCaddy, openCaddy } from '../support/caddy.ts';
import type { BrimProcess } from '../support/process.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, createCustomerToken, grant, track } from '../support/shop.ts';
import { entriesOf, expectSound, until } from '../support/witness.ts';

const USES = 120;

// Node 20 has none.
beforeAll(() => void vi.stubGlobal('WebSocket', WebSocket));

describe.runIf(hasCaddy())('two Brims behind a balancer', () => {
  const shop = openSharedShop();
  let doomed: BrimProcess;
  let proxy: Balancer;
  beforeAll(async () => {
    doomed = await shop.processes.start({ database: { url: shop.databaseUrl } });
    proxy = await openCaddy([shop.there.url, doomed.url]);
    return () => proxy.close();
  });

  it('count each use once and push each entry, while one of them is killed', async () => {
    const customerId = 'balanced';
    await createCustomer(shop.here, customerId);
    await grant(shop.here, { customerId, amount: '490' });
    const token = await createCustomerToken(shop.here, customerId);
    const listeners = LISTENERS.map(([, listen]) => listen(proxy, token));
    for (const { leave } of listeners) onTestFinished(leave);
    await until(() => expect(listeners.map(({ heard }) => heard.length > 0)).not.toContain(false));

    const data = async (document: string, variables?: Record<string, unknown>) => {
      const answer = await post(proxy.url, document, variables);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    };
    const keys = Array.from({ length: USES }, (_, index) => `use-${index}`);
    const unsent = [...keys];
    const sendUntilAnswered = async () => {
      for (let key = unsent.shift(); key !== undefined; key = unsent.shift()) {
        const idempotencyKey = key;
        if (unsent.length === USES / 2) doomed.kill();
        await until(() => track({ data }, { customerId, idempotencyKey }));
      }
    };
    await Promise.all(Array.from({ length: 12 }, sendUntilAnswered));
    expect(await doomed.exited).toEqual({ code: null, signal: 'SIGKILL' });

    const entries = await expectSound(shop.sql, customerId);
    expect(
      entries
        .filter(({ kind }) => kind === 'USAGE')
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...keys].sort());
    const last = (await entriesOf(shop.sql, customerId)).at(-1)?.sequence;
    await until(
      () => expect(listeners.map(({ heard }) => Number(heard.at(-1)?.split(' ')[1]))).toEqual(listeners.map(() => last)),
      30_000,
    );
  });

  it('get nothing more where they are told to stop, and streams of our clients go on at another', async () => {
    const stopping = await shop.processes.start({ database: { url: shop.databaseUrl } });
    const both = await openCaddy([stopping.url, shop.there.url]);
    onTestFinished(both.close);
    const customerId = 'moved';
    await createCustomer(shop.here, customerId);
    const token = await createCustomerToken(shop.here, customerId);
    const listeners = OWN_LISTENERS.map(([, listen]) => listen(both, token));
    for (const { leave } of listeners) onTestFinished(leave);
    await until(() => expect(listeners.map(({ heard }) => heard.length > 0)).not.toContain(false));
    stopping.kill('SIGTERM');
    expect(await stopping.exited).toMatchObject({ code: 0 });
    await until(async () => expect((await post(both.url, '{ features { id } }')).errors).toBeUndefined());
    const { entry } = await track(shop.here, { customerId });
    await until(
      () => expect(listeners.map(({ heard }) => heard.at(-1))).toEqual(listeners.map(() => `LEDGER ${entry.sequence}`)),
      30_000,
    );
  });
});
