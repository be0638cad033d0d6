/** Event streams behind a proxy that holds answers back, as nginx does out of its box. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { LISTENERS } from '../feed/listeners.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, openShop, track } from '../support/shop.ts';
import { type HoldingProxy, openNginxLikeProxy } from './nginx-like-proxy.ts';

let brim: TestBrim;
let proxy: HoldingProxy;

beforeAll(async () => {
  brim = await openShop();
  proxy = await openNginxLikeProxy(brim.url);
});
afterAll(async () => {
  await proxy.close();
  await brim.close();
});

it('the proxy holds back what does not say otherwise', async () => {
  const answers: ServerResponse[] = [];
  const silent = createServer((_request, response) => {
    answers.push(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const behind = await openNginxLikeProxy(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    await behind.close();
    silent.close();
  });
  let isAnswered = false;
  const answer = fetch(behind.url).then((response) => {
    isAnswered = true;
    return response.text();
  });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  // By now the proxy has passed on what it does not hold back.
  for (let turns = 0; turns < 3; turns += 1) {
    const ended = fetch(behind.url);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers.pop()?.end();
    expect(await (await ended).text()).toBe('data: 1\n\n');
  }
  expect(isAnswered).toBe(false);
  answers.pop()?.end();
  expect(await answer).toBe('data: 1\n\n');
});

it.each(LISTENERS.filter(([name]) => /sse/i.test(name)))(
  'a subscription of %s is told everything at once',
  async (name, listen) => {
    const customerId = name.replaceAll(/\W/g, '-');
    await createCustomer(brim, customerId);
    const listener = listen(proxy, await createCustomerToken(brim, customerId));
    onTestFinished(listener.leave);
    await vi.waitFor(() => expect(listener.heard).toEqual(['SNAPSHOT 1']), { timeout: patience(10_000) });
    await track(brim, { customerId });
    await vi.waitFor(() => expect(listener.heard).toEqual(['SNAPSHOT 1', 'LEDGER 2']), { timeout: patience(10_000) });
    expect(listener.connections()).toBe(1);
  },
);
