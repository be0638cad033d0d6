/** GraphiQL as a person uses it, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { findChromium, openChromium } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { fillShop, track } from '../support/shop.ts';

const executablePath = findChromium();
const FLOW = ['CreateCatalogue', 'CreateCustomer', 'CheckMessages', 'AttachTopUp', 'LiveBalance', 'ExplainCustomer'];
const TIMEOUT_MS = patience(30_000);

describe.runIf(executablePath)('GraphiQL, in Chromium', { timeout: patience(40_000) }, () => {
  let browser: Browser;
  let brim: TestBrim;
  let page: Page;

  beforeAll(async () => {
    [browser, brim] = await Promise.all([openChromium(executablePath ?? ''), openBrim()]);
    await fillShop(brim);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(TIMEOUT_MS);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });
  const visit = async () => {
    await page.goto(`${brim.url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  };
  const tabs = () => page.locator('.graphiql-tab-button').allTextContents();
  const openTab = () => page.locator('.graphiql-tab-active .graphiql-tab-button').textContent();
  const kept = (): Promise<{ tabs: { query: string; headers: string }[] }> =>
    page.evaluate(() => JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}'));
  const keptHeaders = async () => [...new Set((await kept()).tabs.map(({ headers }) => headers))];

  /**
   * Changes GraphiQL's stored state as a reader or another data folder would have, and opens the
   * page again.
   */
  async function visitAfter(change: string): Promise<void> {
    // On a page without GraphiQL, which stores its state after a moment and would overwrite the
    // change.
    await page.goto(`${brim.url}/health`);
    await page.evaluate(`{
      const state = JSON.parse(localStorage.getItem('graphiql:tabState'));
      ${change};
      localStorage.setItem('graphiql:tabState', JSON.stringify(state));
    }`);
    await visit();
  }

  it('opens the six tabs of the flow at the first and at the second visit, on the tab that was open', async () => {
    await visit();
    expect(await tabs()).toEqual(FLOW);
    await expect.poll(async () => (await kept()).tabs.length, { timeout: TIMEOUT_MS }).toBe(6);
    await visit();
    expect(await tabs()).toEqual(FLOW);
    expect(await openTab()).toBe('CreateCatalogue');
  });

  it('shows every comment of the six tabs in full', async () => {
    for (const name of FLOW) {
      await expect
        .poll(
          async () => {
            await page.locator('.graphiql-tab-button', { hasText: name }).click();
            return openTab();
          },
          { timeout: TIMEOUT_MS },
        )
        .toBe(name);
      const tools = await page.locator('.graphiql-toolbar').boundingBox();
      const comments = page.locator('.graphiql-query-editor .view-line', { hasText: '#' }).locator('> span');
      await expect.poll(() => comments.count()).toBeGreaterThan(0);
      for (const comment of await comments.all()) {
        const { x = 0, width = 0 } = (await comment.boundingBox()) ?? {};
        expect(x + width, String(await comment.textContent())).toBeLessThan(tools?.x ?? 0);
      }
    }
  });

  it("keeps the reader's changes, reopens the flow's tabs that were closed, and sends the key of the present data folder", async () => {
    const [present] = await keptHeaders();
    await visitAfter(`
      for (const tab of state.tabs) tab.headers = '{ "authorization": "Bearer brim_sk_dev_of_a_folder_that_is_gone" }';
      state.tabs = state.tabs.slice(2);
      state.tabs[0].query += '# mine';
      state.tabs.push({ ...state.tabs[0], id: 'own', query: '{ features { id } }', title: '<untitled>', operationName: null });
      state.tabs[4].headers = '{ "authorization": "Bearer eyJ.a.customer-token" }';
      state.activeTabIndex = 4`);
    expect((await tabs()).toSorted()).toEqual([...FLOW, '<untitled>'].toSorted());
    expect(await openTab()).toBe('<untitled>');
    expect((await kept()).tabs[0]?.query).toMatch(/# mine$/);
    expect(await keptHeaders()).toEqual([present, '{ "authorization": "Bearer eyJ.a.customer-token" }']);
  });

  it('shows a live balance while its tab is open, as the text of the tab says', async () => {
    await brim.data('mutation { createCustomer(input: { id: "user_123" }) { __typename } }');
    await visitAfter(`
      for (const tab of state.tabs) tab.headers = '{ "authorization": "Bearer ${TEST_KEY}" }';
      state.activeTabIndex = state.tabs.findIndex((tab) => tab.title === 'LiveBalance')`);
    expect(await openTab()).toBe('LiveBalance');
    expect(await page.locator('.graphiql-query-editor').textContent()).toMatch(/It\sruns\swhile\sthis\stab/);
    await page.getByRole('button', { name: /Execute query/ }).click();
    const answer = () => page.locator('.result-window').textContent();
    await expect.poll(answer, { timeout: TIMEOUT_MS }).toMatch(/SNAPSHOT/);
    await track(brim, { customerId: 'user_123', value: '3' });
    await expect.poll(answer, { timeout: TIMEOUT_MS }).toMatch(/"remaining":\s*"7"/);
  });
});
