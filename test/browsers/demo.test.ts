/** The demo as a person uses it, in a real browser over a real Brim. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MESSAGES } from '../../src/demo/server/shop.ts';
import { findFaults } from '../support/axe.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { answering, findChromium, openChromium } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import { track } from '../support/shop.ts';

const executablePath = findChromium();
const TIMEOUT_MS = patience(20_000);

describe.runIf(executablePath)('the demo, in Chromium', { timeout: patience(40_000) }, () => {
  const processes = brimProcesses();
  let browser: Browser;
  let brim: TestBrim;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    [browser, brim] = await Promise.all([openChromium(executablePath ?? ''), openBrim()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });
  beforeEach(async () => {
    problems = [];
    browser = await answering(browser, executablePath ?? '');
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    page = await openTab();
  });
  afterEach(() => context.close());

  async function openTab(): Promise<Page> {
    const tab = await context.newPage();
    tab.setDefaultTimeout(TIMEOUT_MS);
    tab.on('pageerror', (error) => problems.push(error.message));
    tab.on('request', (request) => {
      if (!request.url().startsWith('data:') && new URL(request.url()).hostname !== '127.0.0.1') problems.push(request.url());
    });
    return tab;
  }
  const shown = (tab = page) =>
    expect.poll(() => tab.getByRole('status', { name: 'Premium messages' }).textContent(), { timeout: TIMEOUT_MS });
  const remain = (count: number) => `${count} premium messages left`;
  const connection = () =>
    expect.poll(() => page.getByRole('status', { name: 'Connection' }).textContent(), { timeout: TIMEOUT_MS });
  const rows = () => page.getByRole('region', { name: 'Ledger entries' }).locator('tbody tr');

  async function say(text: string): Promise<void> {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  }
  /** Waits for each answer, as a person does. */
  async function sayAll(from: number, to: number): Promise<void> {
    for (let count = from; count > to; count -= 1) {
      await say(`Number ${count}?`);
      await shown().toBe(remain(count - 1));
    }
  }

  /** Uses all that the newest visitor has, in one track. */
  async function emptyBalance(left = 10): Promise<void> {
    await shown().toBe(remain(left));
    const { customers } = await brim.data('{ customers(first: 1) { nodes { id } } }');
    await track(brim, { customerId: customers.nodes[0].id, featureId: MESSAGES, value: String(left) });
    await shown().toBe(remain(0));
  }
  const purchaseNotice = () =>
    expect.poll(() => page.getByRole('status', { name: 'Purchase' }).textContent(), { timeout: TIMEOUT_MS });

  it('falls from 10 to 0, offers what unlocks more, is paid, and has risen', async () => {
    await page.goto(brim.url);
    await shown().toBe(remain(10));
    await page.getByRole('button', { name: 'Hello, Pebble' }).click();
    await shown().toBe(remain(9));
    await expect.poll(() => page.getByRole('status', { name: 'Reply' }).textContent()).toMatch(/\w+ \w+/);
    await sayAll(9, 0);
    const watcher = await openTab();
    await watcher.goto(brim.url);
    await shown(watcher).toBe(remain(0));

    await page.getByRole('heading', { name: 'You are out of premium messages' }).waitFor();
    await say('Am I still there?');
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Am I still there?');
    expect(await page.getByRole('button', { name: /^Buy/ }).allTextContents()).toEqual([
      'Buy 100 for $10',
      'Buy 200 for $20',
      'Buy 500 for $50',
    ]);
    await page.getByRole('button', { name: 'Buy 200 for $20' }).click();
    await page.getByRole('button', { name: 'Pay $20.00' }).click();
    await shown().toBe(remain(200));
    expect(await page.getByLabel('Message', { exact: true }).inputValue(), 'the draft').toBe('Am I still there?');
    // The other tab was there all along, and nobody has reloaded it.
    await shown(watcher).toBe(remain(200));

    await expect.poll(() => page.getByRole('status', { name: 'Purchase' }).textContent()).toContain('200 messages for $20');
    expect(await page.getByText('Number 1?').count()).toBe(1);
    await say('I am back');
    await shown().toBe(remain(199));
    await shown(watcher).toBe(remain(199));
    await expect.poll(() => rows().first().textContent()).toMatch(/USAGE.*−1199$/);
    expect(await rows().nth(1).textContent()).toMatch(/GRANT Top-up.*\+200200$/);
    expect(await rows().count()).toBe(13);
    expect(problems).toEqual([]);
  });

  it('shows the operations that went over the wire, with their variables and pushes, and no token', async () => {
    await page.goto(brim.url);
    await shown().toBe(remain(10));
    const wire = page.getByRole('region', { name: 'Operations' });
    await wire.getByText('asked subscription ViewerBalanceChanged').click();
    await expect.poll(() => wire.textContent()).toContain('subscription ViewerBalanceChanged($after: SafeInt)');
    await say('Hello');
    await expect.poll(() => wire.textContent()).toMatch(/pushed subscription ViewerBalanceChanged\s*9 left/);
    await expect.poll(() => wire.textContent()).toContain('answered query Ledger');
    expect(await page.content()).not.toContain('eyJ');
  });

  it('tells every tab that another began again', async () => {
    const other = await openTab();
    // The first tab has its cookie before the second begins: both are of one visitor then.
    for (const tab of [page, other]) {
      await tab.goto(brim.url);
      await shown(tab).toBe(remain(10));
    }
    await say('Hello');
    for (const tab of [page, other]) await shown(tab).toBe(remain(9));
    await page.getByRole('button', { name: 'Start over' }).click();
    for (const tab of [page, other]) await shown(tab).toBe(remain(10));
  });

  it('says that nothing was paid where the reader turned back, and leads on', async () => {
    await page.goto(brim.url);
    await emptyBalance();
    await page.getByRole('button', { name: 'Buy 100 for $10' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect
      .poll(() => page.getByRole('status', { name: 'Purchase' }).textContent())
      .toBe('Not paid yet. Nothing was charged.');
    await page.getByRole('link', { name: 'Go on paying' }).click();
    await page.getByRole('button', { name: 'Pay $10.00' }).click();
    await shown().toBe(remain(100));
  });

  it('offers nothing more while a payment is on its way', async () => {
    await page.goto(brim.url);
    await emptyBalance();
    await page.getByRole('button', { name: 'Buy 100 for $10' }).click();
    await page.getByRole('button', { name: 'Pay later' }).click();
    await expect
      .poll(() => page.getByRole('status', { name: 'Purchase' }).textContent(), { timeout: TIMEOUT_MS })
      .toBe('Your payment is on its way. The number rises when it arrives.');
    expect(await page.getByRole('button', { name: /^Buy/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Buy 100 for $10' }).waitFor();
  });

  it('buys again in one click with the saved card, and a refund takes the units back while one looks', async () => {
    await page.goto(brim.url);
    await emptyBalance();
    await page.getByRole('button', { name: 'Buy 100 for $10', exact: true }).click();
    await page.getByRole('button', { name: 'Pay $10.00' }).click();
    await emptyBalance(100);

    const oneClick = page.getByRole('button', { name: 'Buy 100 for $10 with Visa •••• 4242' });
    await oneClick.waitFor();
    expect(await findFaults(page)).toEqual([]);
    await sandboxOf(brim).declineNext({ declineCode: 'insufficient_funds' });
    await oneClick.focus();
    await page.keyboard.press('Enter');
    await purchaseNotice().toMatch(/insufficient funds.* Nothing was charged\.$/);
    expect(await page.getByRole('link', { name: 'Pay another way' }).getAttribute('href')).toContain('/sandbox/');
    expect(await findFaults(page)).toEqual([]);
    await oneClick.click();
    await shown().toBe(remain(100));
    await purchaseNotice().toBe('Thank you. 100 messages for $10 are yours.');
    await expect.poll(() => rows().first().textContent()).toMatch(/GRANT Top-up.*\+100100$/);
    expect(new URL(page.url()).origin, 'no page was left for').toBe(new URL(brim.url).origin);

    await page.getByRole('button', { name: 'Ask for a refund' }).click();
    await shown().toBe(remain(0));
    await purchaseNotice().toBe('$10 went back to you, and 100 messages were taken back.');
    await expect.poll(() => rows().first().textContent()).toMatch(/CLAWBACK Top-up.*−1000$/);
    expect(await page.getByRole('button', { name: 'Ask for a refund' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Change card' }).click();
    await page.getByRole('heading', { name: 'How you pay' }).waitFor();
    await page.getByLabel('Card').selectOption('5555555555554444');
    await page.getByRole('button', { name: 'Use this card' }).click();
    await page.getByRole('link', { name: 'Back to the app' }).click();
    await page.getByRole('button', { name: 'Buy 100 for $10 with Mastercard •••• 4444' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('tops up by itself with the saved card, and stops at the bound of the month', async () => {
    await page.goto(brim.url);
    await emptyBalance();
    await page.getByRole('button', { name: 'Buy 100 for $10', exact: true }).click();
    await page.getByRole('button', { name: 'Pay $10.00' }).click();
    await shown().toBe(remain(100));
    await page.getByText('Automatic top-up off').click();
    const form = page.getByRole('form', { name: 'Automatic top-up' });
    const status = () => expect.poll(() => form.getByRole('status').textContent(), { timeout: TIMEOUT_MS });
    await status().toBe('Off. Nothing is charged automatically.');
    await form.getByLabel('Top up automatically').check();
    await form.getByLabel('Buy').fill('150');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => form.getByRole('alert').allTextContents()).toContainEqual(expect.stringContaining('whole packs'));
    expect(await form.getByLabel('Buy').getAttribute('aria-invalid')).toBe('true');
    expect(await findFaults(page)).toEqual([]);
    await form.getByLabel('Buy').fill('100');
    await form.getByRole('button', { name: 'Save' }).press('Enter');
    await status().toBe('On. $0 of $20 spent this month.');
    expect(await form.getByRole('button', { name: 'Save' }).evaluate((button) => button === document.activeElement)).toBe(true);

    const use = page.getByRole('button', { name: 'Use 50 messages at once' });
    for (const [before, after, says] of [
      [100, 50, 'On. $0 of $20 spent this month.'],
      [50, 100, 'On. $10 of $20 spent this month.'],
      [100, 50, 'On. $10 of $20 spent this month.'],
      [50, 100, 'On. $20 of $20 spent this month.'],
      [100, 50, 'On. $20 of $20 spent this month.'],
    ] as const) {
      await shown().toBe(remain(before));
      await use.click();
      await shown().toBe(remain(after));
      await status().toBe(says);
    }
    await use.click();
    await status().toMatch(/^Waiting until .*20 usd of the 20 usd of this month are spent\.$/);
    await shown().toBe(remain(0));
    await page.getByText('Automatic top-up waiting').waitFor();
    await page.getByRole('heading', { name: 'You are out of premium messages' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('shows an empty vessel until it knows the number', async () => {
    const levelIn = (tab: Page) =>
      tab.locator('.vessel').evaluate((vessel) => getComputedStyle(vessel).getPropertyValue('--level'));
    const unanswered = await openTab();
    await unanswered.routeWebSocket(/graphql/, () => undefined);
    await unanswered.route('**/graphql', () => undefined);
    for (const tab of [unanswered, page]) await tab.goto(brim.url);
    await shown().toBe(remain(10));
    await unanswered.locator('.vessel').waitFor();
    expect([await levelIn(unanswered), await levelIn(page)]).toEqual(['0', '1']);
    expect(await unanswered.getByRole('status', { name: 'Connection' }).textContent()).toBe('Connecting …');
  });

  it('says that the server is away, keeps what was written, and heals: the message is counted once', async () => {
    const database = await freshDatabase();
    const started = await processes.start({ database });
    await page.goto(started.url);
    await shown().toBe(remain(10));
    await connection().toBe('Live');
    started.kill();
    await started.exited;
    await connection().toMatch(/^Not connected/);
    await shown().toBe(remain(10));
    await say('Are you there?');
    await expect
      .poll(() => page.getByRole('alert').allTextContents())
      .toContainEqual(expect.stringContaining('cannot be reached'));
    await processes.start({ database, env: { PORT: new URL(started.url).port } });
    await connection().toBe('Live');
    await page.getByRole('button', { name: 'Send again' }).click();
    await shown().toBe(remain(9));
    await expect.poll(() => rows().count()).toBe(2);
    await processes.end();
    await database.drop();
  });

  it('says that it could not begin, and begins when asked again', async () => {
    await page.route('**/demo/session', (route) => route.abort());
    await page.goto(brim.url);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('The server cannot be reached.');
    await page.unroute('**/demo/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await shown().toBe(remain(10));
  });

  it.each([1280, 390])('has nothing that axe finds serious, and nothing that is cut off, at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(brim.url);
    await shown().toBe(remain(10));
    await page.getByRole('table').waitFor();
    expect(await findFaults(page)).toEqual([]);
    await sayAll(10, 0);
    await page.getByRole('button', { name: 'Buy 200' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    const { scrollWidth, scrollHeight, contentHeight } = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return { scrollWidth, scrollHeight, contentHeight: document.querySelector('.page')?.getBoundingClientRect().height };
    });
    expect({ scrollWidth, scrollHeight }).toEqual({ scrollWidth: width, scrollHeight: Math.ceil(contentHeight ?? 0) });
  });
});
