import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { autumnHandler } from 'autumn-js/fetch';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { autumnOf } from '../support/autumn.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { bundlePage, findChromium, openChromium } from '../support/chromium.ts';
import { balanceOf, fillShop } from '../support/shop.ts';

const executablePath = findChromium();
const ENTRY = new URL('./autumn-hooks-page.tsx', import.meta.url).pathname;

/** The app's own server: its page, the package's handler, and a route that uses five messages. */
async function openShopServer(brim: TestBrim, script: string): Promise<Server> {
  const customerId = 'user_123';
  const handle = autumnHandler({
    secretKey: TEST_KEY,
    autumnURL: brim.url,
    identify: async () => ({ customerId, customerData: { name: 'Jo' } }),
  });
  const server = createServer(async (request, response) => {
    const { url = '/' } = request;
    if (url.startsWith('/api/autumn')) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const asked = new Request(`http://app.example${url}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(chunks),
      });
      const answer = await handle(asked);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    } else if (url === '/send') {
      await autumnOf(brim).track({ customerId, featureId: 'premium_messages', value: 5 });
      response.end();
    } else if (url === '/page.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        '<!doctype html><html lang="en"><title>Chat</title><div id="root"></div><script src="/page.js"></script></html>',
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.runIf(executablePath)("the package's React hooks, in a browser", () => {
  let brim: TestBrim;
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    // The handler prints each address that it is asked for.
    vi.spyOn(console, 'log').mockReturnValue();
    const [opened, launched, script] = await Promise.all([openBrim(), openChromium(executablePath ?? ''), bundlePage(ENTRY)]);
    [brim, browser] = [opened, launched];
    await fillShop(brim);
    server = await openShopServer(brim, script);
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    await brim?.close();
    vi.restoreAllMocks();
  });

  it('welcome the customer, send until nothing is left, sell 200 on the payment page, and come back to them', async () => {
    const page = await browser.newPage();
    const alerts: string[] = [];
    page.on('dialog', async (dialog) => {
      alerts.push(dialog.message());
      await dialog.accept();
    });
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const heading = (text: string) => page.getByRole('heading', { name: text }).waitFor();
    await heading('Welcome, Jo! 10 messages');
    await page.getByRole('button', { name: 'Send' }).click();
    await heading('Welcome, Jo! 5 messages');
    await page.getByRole('button', { name: 'Send' }).click();
    await heading('Welcome, Jo! 0 messages');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => alerts).toEqual(["You've run out of premium messages"]);

    await page.getByRole('button', { name: 'Buy More Messages' }).click();
    await page.getByRole('button', { name: /^Pay/ }).first().click();
    await heading('Welcome, Jo! 200 messages');
    expect(await balanceOf(brim, 'user_123')).toMatchObject({ remaining: '200', granted: '210', usage: '10' });
    await page.close();
  });
});
