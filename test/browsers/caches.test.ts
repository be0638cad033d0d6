/**
 * Apollo and urql in a real browser, over a real Brim: two widgets, one socket, and numbers that
 * move by themselves.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { bundlePage, findChromium, openChromium, openPageServer } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import {
  answerPage,
  attach,
  createCustomer,
  createCustomerToken,
  createFeature,
  fillShop,
  grant,
  MESSAGES,
  track,
  wanting,
} from '../support/shop.ts';

const found = findChromium();

describe.runIf(found)('a page in Chromium', () => {
  let browser: Browser;
  let brim: TestBrim;
  beforeAll(async () => {
    [browser, brim] = await Promise.all([
      openChromium(found ?? ''),
      openBrim({ config: { corsOrigins: ['http://127.0.0.1:*'] } }),
    ]);
    await fillShop(brim);
    await createFeature(brim, 'words');
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });

  it.each(['apollo', 'urql'])(
    'with %s has two widgets that follow a track and a paid purchase, over one socket',
    async (name) => {
      const customerId = `reader-of-${name}`;
      await createCustomer(brim, customerId);
      const script = await bundlePage(new URL(`./${name}-page.tsx`, import.meta.url).pathname);
      const pages = await openPageServer(script, () => createCustomerToken(brim, customerId));
      const page = await browser.newPage();
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(socket.url()));
      try {
        await page.goto(`${pages.url}/?${new URLSearchParams({ brim: brim.url })}`);
        const widgets = () => expect.poll(() => page.getByTestId('widget').allTextContents(), { timeout: patience(15_000) });
        await widgets().toEqual(['10', '10']);
        await expect.poll(() => brim.app.domain.feed.subscribers).toBe(1);
        await track(brim, { customerId, featureId: MESSAGES, value: '3' });
        await widgets().toEqual(['7', '7']);
        const { checkoutUrl } = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('200') });
        await answerPage(checkoutUrl);
        await widgets().toEqual(['207', '207']);
        // A feature of which the customer never had anything.
        const another = () => expect.poll(() => page.getByTestId('another').textContent(), { timeout: patience(15_000) });
        await another().toBe('…');
        await grant(brim, { customerId, featureId: 'words', amount: '5' });
        await another().toBe('5');
        expect(sockets).toHaveLength(1);
      } finally {
        await page.close();
        await pages.close();
        await expect.poll(() => brim.app.domain.feed.subscribers).toBe(0);
      }
    },
  );
});
