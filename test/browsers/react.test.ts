/** The hooks and components in a real browser, over a real Brim. */
import type { Page, WebSocketRoute } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { findChromium } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { answerPage, createCustomer, createCustomerToken, fillShop, MESSAGES, setUsageLimit, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';
import { openReaders } from './react-reader.ts';

const executablePath = findChromium();
/** The shortest that a token may be: its page replaces it after 8 s. */
const SHORT_TOKEN_SECONDS = 10;
const all = (remaining: string) => Array.from({ length: 10 }, () => remaining);

describe.runIf(executablePath)('a page in Chromium', () => {
  const room = openReaders(executablePath ?? '');

  it('has one socket and one subscription for ten widgets, and they and the limits follow a track', async (context) => {
    const { brim } = room;
    const { page, customerId, open, shown, widgets } = await room.openReader(context);
    const sockets: string[] = [];
    const subscriptions: string[] = [];
    page.on('websocket', (socket) => {
      sockets.push(socket.url());
      socket.on('framesent', ({ payload }) => {
        if (String(payload).includes('balanceChanged')) subscriptions.push(String(payload));
      });
    });
    await setUsageLimit(brim, { customerId, max: '9', per: { unit: 'YEAR' } });
    await open();
    await widgets().toEqual(all('10'));
    await shown('limits').toBe('0 of 9');
    await shown('connection').toBe('live');
    await shown('suspended').toBe('10');
    await track(brim, { customerId, value: 3 });
    await widgets().toEqual(all('7'));
    await shown('limits').toBe('3 of 9');
    expect(sockets).toEqual([`${brim.url.replace('http', 'ws')}/graphql`]);
    expect(subscriptions).toHaveLength(1);
    expect(brim.app.domain.feed.subscribers).toBe(1);
    await shown('suspended').toBe('7');
    await shown('use-check').toBe('true');
    await track(brim, { customerId, value: 2 });
    await shown('use-check').toBe('false');
  });

  it('saves a card, opens the portal, and gives a purchase up', async (context) => {
    const { page, open, shown } = await room.openReader(context);
    await open();
    await shown('method').toBe('none');
    await page.getByRole('button', { name: 'Save a card' }).click();
    await shown('checkout').toMatch(/^http/);
    await answerPage((await page.getByTestId('checkout').textContent()) ?? '');
    await until(async () => {
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      expect(await page.getByTestId('method').textContent()).toBe('visa 4242');
    });
    await page.getByRole('button', { name: 'Open the portal' }).click();
    await shown('checkout').toContain('/bps_');
    await page.getByRole('button', { name: 'Begin to buy' }).click();
    await shown('checkout').toContain('/cs_');
    await page.getByRole('button', { name: 'Give it up' }).click();
    await shown('canceled').toBe('ENDED');
  });

  it('shows what autumn-js shows: a number, a local check, a refetch, a checkout', async (context) => {
    const { brim } = room;
    const { page, customerId, open, shown } = await room.openReader(context);
    await open();
    await shown('number').toBe('11');
    await shown('check-six').toBe('true');
    await page.getByRole('button', { name: 'Check' }).click();
    await shown('said').toBe('proceed');
    await track(brim, { customerId, value: 10 });
    await shown('number').toBe('1');
    await page.getByRole('button', { name: 'Check' }).click();
    await shown('said').toBe('out of messages');
    await page.getByRole('button', { name: 'Buy More Messages' }).click();
    await shown('checkout').toMatch(/^http/);
  });

  it('buys with a button, follows the purchase, and the number rises when it is paid', async (context) => {
    const { page, open, shown, widgets } = await room.openReader(context);
    await open();
    await shown('plans').toMatch('top_up');
    const meter = page.getByRole('meter', { name: 'Premium messages' });
    await expect.poll(() => meter.getAttribute('aria-valuetext')).toBe('10 of 10 left');
    await page.getByRole('button', { name: 'Buy 200' }).click();
    await shown('purchase').toBe('PENDING');
    await answerPage((await page.getByTestId('checkout').textContent()) ?? '');
    await widgets().toEqual(all('210'));
    await shown('purchase').toBe('ACTIVE');
    expect(await meter.getAttribute('aria-valuenow')).toBe('210');
    expect(await page.getByRole('status', { name: 'Premium messages' }).textContent()).toBe('210 of 210 left');
  });

  it('says why a button was refused', async (context) => {
    const { page, open, widgets } = await room.openReader(context);
    await open();
    await widgets().toEqual(all('10'));
    await page.getByRole('button', { name: 'Buy what is not for sale' }).click();
    await expect.poll(() => page.getByRole('alert').allTextContents()).toContainEqual(expect.stringContaining('"secret"'));
    expect(await page.getByRole('button', { name: 'Buy what is not for sale' }).getAttribute('aria-busy')).toBe('false');
  });

  it.for(['sse', 'polling'])('follows by %s where no socket is let through', async (transport, context) => {
    const { brim } = room;
    const { page, customerId, open, shown, widgets } = await room.openReader(context);
    await page.routeWebSocket(/graphql/, (route) => route.close({ code: 1008, reason: 'blocked' }));
    await open(brim, `websocket,${transport}`);
    await widgets().toEqual(all('10'));
    await shown('connection').toBe('live');
    await track(brim, { customerId, value: 4 });
    await widgets().toEqual(all('6'));
  });

  it('ignores an older message that comes late', async (context) => {
    const { brim } = room;
    const { page, customerId, open, widgets } = await room.openReader(context);
    const told: string[] = [];
    let route: WebSocketRoute | undefined;
    await page.routeWebSocket(/graphql/, (socket) => {
      route = socket;
      const server = socket.connectToServer();
      server.onMessage((message) => {
        if (String(message).includes('"balanceChanged"')) told.push(String(message));
        socket.send(message);
      });
    });
    await open();
    await expect.poll(() => told.length).toBe(1);
    await track(brim, { customerId, value: 1 });
    await track(brim, { customerId, value: 1 });
    await widgets().toEqual(all('8'));
    const [, older = ''] = told;
    expect(older).toContain('"remaining":"9"');
    const seen = await page.evaluateHandle(() => {
      const texts: string[] = [];
      new MutationObserver(() => texts.push(document.querySelector('[data-testid=widget]')?.textContent ?? '')).observe(
        document.body,
        {
          subtree: true,
          characterData: true,
          childList: true,
        },
      );
      return texts;
    });
    route?.send(older);
    await track(brim, { customerId, value: 1 });
    await widgets().toEqual(all('7'));
    expect(await seen.jsonValue()).not.toContain('9');
  });

  describe.concurrent('whose connection or token ends', () => {
    const processes = brimProcesses();

    it('says that it is offline at once when the browser does, and catches up afterwards', async (context) => {
      const { brim } = room;
      const { page, customerId, open, shown, widgets } = await room.openReader(context);
      await open();
      await widgets().toEqual(all('10'));
      await shown('connection').toBe('live');
      await page.context().setOffline(true);
      await shown('connection').toBe('offline');
      await track(brim, { customerId, value: 1 });
      await page.context().setOffline(false);
      await shown('connection').toBe('live');
      await widgets().toEqual(all('9'));
    });

    it('replaces its token before it ends, and goes on', async (context) => {
      const { brim } = room;
      const reader = await room.openReader(context);
      const { page, pages, customerId, open, widgets } = reader;
      reader.makeToken = () => shortToken(brim, customerId);
      const afters: unknown[] = [];
      page.on('websocket', (socket) => {
        socket.on('framesent', ({ payload }) => {
          if (String(payload).includes('balanceChanged')) afters.push(JSON.parse(String(payload)).payload.variables.after);
        });
      });
      const connections = await watchConnection(page);
      await open();
      await widgets().toEqual(all('10'));
      await until(() => expect(afters.length).toBeGreaterThan(1), 20_000);
      expect(afters.slice(0, 2)).toEqual([undefined, 1]);
      expect(pages.tokensMade()).toBe(2);
      await track(brim, { customerId, value: 5 });
      await widgets().toEqual(all('5'));
      expect(await connections()).not.toContain('offline');
    });

    it('goes on with the next token where its own ended before another could be had', async (context) => {
      const { brim } = room;
      const reader = await room.openReader(context);
      const { customerId, open, shown, widgets } = reader;
      let isAppAway = false;
      reader.makeToken = () => (isAppAway ? Promise.reject(new Error('away')) : shortToken(brim, customerId));
      await open();
      await widgets().toEqual(all('10'));
      await shown('connection').toBe('live');
      isAppAway = true;
      await shown('connection').toBe('offline');
      await track(brim, { customerId, value: 5 });
      isAppAway = false;
      await shown('connection').toBe('live');
      await widgets().toEqual(all('5'));
    });

    it('says that it is offline when the server is killed, and heals when it is back', {
      timeout: patience(120_000),
    }, async (context) => {
      const reader = await room.openReader(context);
      const { page, customerId, open, shown, widgets } = reader;
      const database = await freshDatabase();
      const started = await processes.start({ database });
      await fillShop(started);
      await createCustomer(started, customerId);
      reader.makeToken = () => createCustomerToken(started, customerId);
      await open(started);
      await widgets().toEqual(all('10'));
      await track(started, { customerId, value: 1 });
      await widgets().toEqual(all('9'));
      started.kill();
      await started.exited;
      await shown('connection').toBe('offline');
      await widgets().toEqual(all('9'));
      const again = await processes.start({ database, env: { PORT: new URL(started.url).port } });
      await track(again, { customerId, value: 2, featureId: MESSAGES });
      // The longer it was away, the longer the page waits before it tries again.
      await until(async () => expect(await page.getByTestId('connection').textContent()).toBe('live'), 60_000);
      await widgets().toEqual(all('7'));
      await processes.end();
      await database.drop();
    });
  });
});

async function shortToken(brim: TestBrim, customerId: string): Promise<string> {
  const { createCustomerToken: made } = await brim.data(
    `mutation ($input: CreateCustomerTokenInput!) { createCustomerToken(input: $input) { ... on CreateCustomerTokenSuccess { token } } }`,
    { input: { customerId, expiresInSeconds: SHORT_TOKEN_SECONDS } },
  );
  return made.token;
}

/** All that the page says of its connection, from its first moment. */
async function watchConnection(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const look = () => said.push(document.querySelector('[data-testid=connection]')?.textContent ?? '');
    new MutationObserver(look).observe(document, { subtree: true, characterData: true, childList: true });
  });
  return () => page.evaluate(() => ('said' in window && Array.isArray(window.said) ? window.said.map(String) : []));
}
