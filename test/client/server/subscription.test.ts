import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BalanceChange, BrimError } from '../../../packages/client/src/server/index.ts';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { answerPage, MESSAGES, wanting } from '../../support/shop.ts';

async function next<Item>(items: AsyncIterator<Item>): Promise<Item> {
  const { done, value } = await items.next();
  if (done) throw new Error('the subscription has ended');
  return value;
}

/** Stands before Brim and hands everything on, as it comes. `cut` ends every connection. */
async function openCable(to: string): Promise<{ readonly url: string; readonly bodies: string[]; cut(): void }> {
  const bodies: string[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const { method = 'POST', url = '/', headers } = incoming;
    const onward = ask(new URL(url, to), { method, headers: { ...headers, host: new URL(to).host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.on('data', (chunk) => bodies.push(String(chunk)));
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies, cut: () => server.closeAllConnections() };
}

describe('subscriptions of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('tell the balances as they stand, then each change, until the reader leaves', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const seen: BalanceChange[] = [];
    for await (const change of client.balanceChanged({ customerId })) {
      seen.push(change);
      if (seen.length === 3) break;
      await client.track({ customerId, featureId: MESSAGES, value: 2 });
    }
    expect(seen).toMatchObject([
      { cause: 'SNAPSHOT', balance: { remaining: '10' }, entry: null },
      { cause: 'LEDGER', balance: { remaining: '8' }, entry: { kind: 'USAGE', amount: '-2' } },
      { cause: 'LEDGER', balance: { remaining: '6', version: 3 }, sequence: 3 },
    ]);
    await vi.waitFor(() => expect(shop.app.domain.feed.subscribers).toBe(0));
  });

  it('begin after a sequence that the app has kept', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    await client.track({ customerId, featureId: MESSAGES });
    const changes = client.balanceChanged({ customerId, after: 1 });
    expect(await next(changes)).toMatchObject({ cause: 'LEDGER', sequence: 2, balance: { remaining: '9' } });
    await changes.return?.();
  });

  it('go on after the last message where the connection was lost: nothing is missed, and nothing comes twice', async () => {
    const cable = await openCable(shop.url);
    const direct = await shop.connect();
    const client = await shop.connect({ url: cable.url });
    const customerId = await shop.newCustomer();
    const lost: BrimError[] = [];
    const changes = client.balanceChanged({ customerId }, { onLost: (error) => lost.push(error) });
    expect(await next(changes)).toMatchObject({ cause: 'SNAPSHOT', sequence: 1 });
    const coming = next(changes);
    cable.cut();
    await vi.waitFor(() => expect(lost.length).toBeGreaterThan(0));
    expect(lost[0]).toMatchObject({ retryable: true, code: 'NETWORK' });
    await direct.track({ customerId, featureId: MESSAGES, value: 1 });
    await direct.track({ customerId, featureId: MESSAGES, value: 2 });
    expect(await coming).toMatchObject({ cause: 'LEDGER', sequence: 2, balance: { remaining: '9' } });
    expect(await next(changes)).toMatchObject({ cause: 'LEDGER', sequence: 3, balance: { remaining: '7' } });
    expect(cable.bodies.map((body) => JSON.parse(body).variables.after)).toEqual([undefined, ...lost.map(() => 1)]);
    await changes.return?.();
  });

  it('end while they wait: by their reader, a signal, and the client that closes', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const leaving = new AbortController();
    const open = [
      client.balanceChanged({ customerId }),
      client.balanceChanged({ customerId }, { signal: leaving.signal }),
      client.balanceChanged({ customerId }),
    ] as const;
    for (const changes of open) await next(changes);
    const waiting = open.map((changes) => changes.next());
    await open[0].return?.();
    leaving.abort();
    await Promise.all(waiting.slice(0, 2));
    await client.close();
    expect(await Promise.all(waiting)).toMatchObject([{ done: true }, { done: true }, { done: true }]);
    await vi.waitFor(() => expect(shop.app.domain.feed.subscribers).toBe(0));
  });

  it('throw where they are refused', async () => {
    const client = await shop.connect();
    const ofNobody = client.balanceChanged({ customerId: 'nobody' });
    await expect(next(ofNobody)).rejects.toMatchObject({ code: 'CUSTOMER_NOT_FOUND', retryable: false });
    const stranger = await shop.connect({ secretKey: 'brim_sk_of_somebody_else_000' });
    await expect(next(stranger.purchaseChanged('none'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('follow a purchase to its payment, each revision once, over a lost connection', async () => {
    const cable = await openCable(shop.url);
    const direct = await shop.connect();
    const client = await shop.connect({ url: cable.url });
    const customerId = await shop.newCustomer();
    const attached = await direct.attach({ customerId, planId: 'top_up', featureQuantities: wanting('100') });
    const { purchase, checkoutUrl } = expectNamed(attached, 'AttachPlanSuccess');
    const revisions = client.purchaseChanged(purchase.id);
    expect(await next(revisions)).toMatchObject({ id: purchase.id, status: 'PENDING' });
    const coming = next(revisions);
    cable.cut();
    await answerPage(checkoutUrl ?? '');
    expect(await coming).toMatchObject({ id: purchase.id, status: 'ACTIVE' });
    await revisions.return?.();
  });
});
