/**
 * The first paint of a page with a snapshot, and of one that gets no token, in a real browser over
 * a real Brim.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CustomerSnapshot } from '../../packages/client/src/react/index.ts';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { bundlePage, findChromium, openChromium } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, fillShop, track } from '../support/shop.ts';
import { App } from './react-first-paint-page.tsx';

const executablePath = findChromium();
const ENTRY = new URL('./react-first-paint-page.tsx', import.meta.url).pathname;

describe.runIf(executablePath)('the first paint in Chromium', () => {
  let browser: Browser;
  let script: string;
  let brim: TestBrim;

  beforeAll(async () => {
    [browser, script, brim] = await Promise.all([
      openChromium(executablePath ?? ''),
      bundlePage(ENTRY),
      openBrim({ config: { corsOrigins: ['http://127.0.0.1:*'] } }),
    ]);
    await fillShop(brim);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });

  /** An app that renders on its server, and answers `/brim-token` as the test says. */
  async function openApp(initial: CustomerSnapshot | null, answerToken: () => Promise<[number, string, string]>) {
    const options = { url: `${brim.url}/graphql/`, initial };
    const html = renderToString(createElement(App, options));
    const server = createServer(async (request, response) => {
      if (request.url === '/brim-token') {
        const [status, type, body] = await answerToken();
        response.writeHead(status, { 'content-type': type }).end(body);
      } else if (request.url === '/page.js') {
        response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
      } else {
        const given = `<script>window.options = ${JSON.stringify(options)}</script><script src="/page.js"></script>`;
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><html lang="en"><title>Page</title><div id="root">${html}</div>${given}</html>`);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    onTestFinished(async () => {
      await page.close();
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    return { html, page, complaints, open: () => page.goto(`http://127.0.0.1:${port}/`) };
  }

  const shown = (page: Page, id: string) =>
    expect.poll(
      () =>
        page
          .getByTestId(id)
          .textContent({ timeout: patience(1_000) })
          .catch(() => null),
      { timeout: patience(15_000) },
    );
  const meterState = (page: Page) => expect.poll(() => page.locator('[data-brim=balance]').getAttribute('data-state'));

  async function openCustomer(customerId: string): Promise<CustomerSnapshot> {
    await createCustomer(brim, customerId);
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY });
    const snapshot = await client.snapshot(customerId);
    await client.close();
    if (!snapshot) throw new Error('no snapshot');
    return snapshot;
  }

  it('is the number that the server read; the page takes it over without a word, and keeps it live', async () => {
    const initial = await openCustomer('painted');
    await track(brim, { customerId: 'painted', value: 3 });
    const token = await createCustomerToken(brim, 'painted');
    const { html, page, complaints, open } = await openApp(initial, async () => [
      200,
      'application/json',
      JSON.stringify({ token }),
    ]);
    expect(html).toContain('<p data-testid="number">10</p>');
    expect(html).toContain('data-state="available"');
    await page.addInitScript(() => {
      const numbers: string[] = [];
      Object.assign(window, { numbers });
      const look = () => numbers.push(document.querySelector('[data-testid=number]')?.textContent ?? '');
      new MutationObserver(look).observe(document, { subtree: true, characterData: true, childList: true });
    });
    await open();
    await shown(page, 'number').toBe('7');
    await shown(page, 'connection').toBe('live');
    await track(brim, { customerId: 'painted', value: 5 });
    await shown(page, 'number').toBe('2');
    await meterState(page).toBe('low');
    const seen = await page.evaluate(() =>
      'numbers' in window && Array.isArray(window.numbers) ? window.numbers.map(String) : [],
    );
    expect([...new Set(seen)].filter((each) => each !== '')).toEqual(['10', '7', '2']);
    expect(complaints).toEqual([]);
  });

  it('ends its spinner where the app’s server gives a page instead of a token, and heals when it gives one', async () => {
    await openCustomer('signed-out');
    const token = await createCustomerToken(brim, 'signed-out');
    let isSignedIn = false;
    const signIn: [number, string, string] = [200, 'text/html', '<!doctype html><title>Sign in</title>'];
    const { page, open } = await openApp(null, async () => (isSignedIn ? [200, 'text/plain', token] : signIn));
    await open();
    await shown(page, 'number').toBe('unknown');
    await meterState(page).toBe('unknown');
    await shown(page, 'error').toBe('/brim-token answered 200 text/html and no token: "<!doctype html><title>Sign in</title>"');
    isSignedIn = true;
    await shown(page, 'number').toBe('10');
    await shown(page, 'error').toBe('');
  });
});
