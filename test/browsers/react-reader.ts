/** Readers of the test page of the React client: each has a customer and a page of its own. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, type expect, type TestContext } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { bundlePage, openChromium, openPageServer, type PageServer } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, fillShop } from '../support/shop.ts';

const ENTRY = new URL('./react-page.tsx', import.meta.url).pathname;
const ANY_LOOPBACK = ['http://127.0.0.1:*'];

export type Asked = Pick<TestBrim, 'data' | 'url'>;

export interface Reader {
  readonly customerId: string;
  readonly page: Page;
  /** Serves the page. */
  readonly pages: PageServer;
  /** What the app's server answers when the page asks for a token. */
  makeToken: () => Promise<string>;
  open(to?: Asked, transports?: string): Promise<unknown>;
  /** Waits until an element of the page has a text. */
  shown(id: string): ReturnType<typeof expect.poll<string | null>>;
  /** Waits until the ten widgets have their texts. */
  widgets(): ReturnType<typeof expect.poll<readonly string[]>>;
}

export interface Readers {
  readonly brim: TestBrim;
  openReader(context: TestContext): Promise<Reader>;
}

/** Call it inside `describe`: browser, script and Brim are there before its tests. */
export function openReaders(executablePath: string): Readers {
  let browser: Browser;
  let script: string;
  let brim: TestBrim;
  let customers = 0;

  beforeAll(async () => {
    [browser, script, brim] = await Promise.all([
      openChromium(executablePath),
      bundlePage(ENTRY),
      openBrim({ config: { corsOrigins: ANY_LOOPBACK } }),
    ]);
    await fillShop(brim);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });

  async function openReader({ expect, onTestFinished }: TestContext): Promise<Reader> {
    customers += 1;
    const customerId = `reader-${customers}`;
    await createCustomer(brim, customerId);
    const pages = await openPageServer(script, () => reader.makeToken());
    const page = await browser.newPage();
    onTestFinished(async () => {
      await page.close();
      await pages.close();
    });
    const patient = { timeout: patience(15_000) };
    const textOf = (id: string) =>
      page
        .getByTestId(id)
        .textContent({ timeout: patience(1_000) })
        .catch(() => null);
    const reader: Reader = {
      ...{ customerId, page, pages },
      makeToken: () => createCustomerToken(brim, customerId, ['top_up']),
      open: (to = brim, transports = 'websocket,sse,polling') =>
        page.goto(`${pages.url}/?${new URLSearchParams({ brim: to.url, transports })}`),
      shown: (id) => expect.poll(() => textOf(id), patient),
      widgets: () => expect.poll(() => page.getByTestId('widget').allTextContents(), patient),
    };
    return reader;
  }

  return {
    get brim() {
      return brim;
    },
    openReader,
  };
}
