/** The operator's console as a person uses it, in a real browser over a real Brim. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFaults } from '../support/axe.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { answering, findChromium, openChromium } from '../support/chromium.ts';
import { patience } from '../support/deadlines.ts';
import { attachTopUp } from '../support/shop/top-ups.ts';
import {
  createCustomer,
  createCustomerToken,
  MESSAGES,
  openShop,
  pay,
  placeHold,
  prepaid,
  settleHold,
  track,
} from '../support/shop.ts';
import { createEndpoint, failing, ok, openReceiver } from '../support/webhook-receiver.ts';

const executablePath = findChromium();
const TIMEOUT_MS = patience(20_000);
const HOSTILE = '<img src=x onerror="document.title=1">';

describe.runIf(executablePath)('the console, in Chromium', { timeout: patience(40_000) }, () => {
  let browser: Browser;
  let brim: TestBrim;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    [browser, brim] = await Promise.all([openChromium(executablePath ?? ''), openShop()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), brim?.close()]);
  });
  beforeEach(async () => {
    problems = [];
    browser = await answering(browser, executablePath ?? '');
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (/Content.Security|Trusted/i.test(message.text())) problems.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && new URL(request.url()).hostname !== '127.0.0.1') problems.push(request.url());
    });
  });
  afterEach(() => context.close());

  async function signIn(hash = '', key = TEST_KEY): Promise<void> {
    await page.goto(`${brim.url}/console${hash}`);
    await page.getByLabel('Secret key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  }
  const remaining = (name = 'Premium messages') =>
    expect.poll(() => page.getByRole('status', { name: `Remaining of ${name}` }).textContent(), { timeout: TIMEOUT_MS });
  const entries = () => page.getByRole('list', { name: 'Ledger entries' }).locator('> li');
  const entry = (index = 0) =>
    expect.poll(async () => (await entries().nth(index).locator('p').allTextContents()).join(' | '), { timeout: TIMEOUT_MS });

  it('asks for a secret key, says what is wrong with another, and keeps it for the tab alone', async () => {
    await createCustomer(brim, 'of_token');
    await page.goto(`${brim.url}/console`);
    const trouble = () => expect.poll(() => page.getByRole('alert').textContent(), { timeout: TIMEOUT_MS });
    for (const [key, says] of [
      ['', 'Enter a secret key.'],
      ['brim_sk_wrong', 'This key is not accepted.'],
      [await createCustomerToken(brim, 'of_token'), 'This is the token of a customer. The console needs a secret key.'],
    ] as const) {
      await page.getByLabel('Secret key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await trouble().toBe(says);
    }
    await expectNoFaults();
    await page.getByLabel('Secret key').fill(TEST_KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(page.url()).not.toContain(TEST_KEY);
    expect(await page.evaluate('[localStorage.length, document.cookie, sessionStorage.length]')).toEqual([0, '', 1]);
    await page.reload();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    const other = await context.newPage();
    await other.goto(`${brim.url}/console`);
    await other.getByLabel('Secret key').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Secret key').waitFor();
    expect(await page.content()).not.toContain(TEST_KEY);
    expect(problems).toEqual([]);
  });

  it('finds customers by id, name and email, and opens one, with the keyboard alone', async () => {
    await brim.data(
      `mutation { a: createCustomer(input: { id: "found_1", name: "Ada", email: "ada@shop.example" }) { __typename }
        b: createCustomer(input: { id: "found_2", name: "Grace" }) { __typename } }`,
    );
    await signIn();
    await page.getByLabel('Search by id, name or email').focus();
    for (const text of ['ADA@shop', 'Ada', 'found_1']) {
      await page.getByLabel('Search by id, name or email').fill(text);
      await expect.poll(() => page.locator('.rows strong').allTextContents(), { timeout: TIMEOUT_MS }).toEqual(['Ada']);
    }
    await page.getByLabel('Search by id, name or email').fill('nobody at all');
    await page.getByText('No customer has this in its id, name or email.').waitFor();
    await page.getByLabel('Search by id, name or email').fill('found_2');
    await expect.poll(() => page.locator('.rows strong').allTextContents(), { timeout: TIMEOUT_MS }).toEqual(['Grace']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Grace', level: 1 }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName'), 'where one reads on').toBe('MAIN');
    expect(problems).toEqual([]);
  });

  it('shows what a customer has and why, and each change the moment it is made', async () => {
    await createCustomer(brim, 'explained');
    await track(brim, { customerId: 'explained', value: '4' });
    await signIn('#/customers/explained');
    await remaining().toBe('6');
    await entry().toMatch(/^−46 left \| usage 4 used \| 4 from what was included in Free\. \| .*by key_/);
    await track(brim, { customerId: 'explained', value: '9' });
    await remaining().toBe('0');
    await entry().toMatch(/^−60 left \| usage 6 used of 9 that were asked for/);

    const { checkoutUrl } = await attachTopUp(brim, 'explained', '1200');
    await pay(checkoutUrl);
    await remaining().toBe('1,200');
    await entry().toMatch(/^\+1,2001,200 left \| grant 1,200 from Top-up, which \$120 paid for/);
    const purchase = page.getByRole('listitem', { name: 'Purchase of Top-up' });
    await expect.poll(() => purchase.textContent(), { timeout: TIMEOUT_MS }).toMatch(/active.*Payment of \$120 succeeded/);
    await page.getByRole('button', { name: 'Purchase of Top-up' }).click();
    expect(await purchase.evaluate((item) => item === document.activeElement)).toBe(true);

    const { hold } = await placeHold(brim, { customerId: 'explained', featureId: MESSAGES, amount: '5' });
    await settleHold(brim, hold.id, '4');
    await placeHold(brim, { customerId: 'explained', featureId: MESSAGES, amount: '7' });
    await entry().toMatch(/hold 7 reserved/);
    const holds = page.getByRole('region', { name: 'Holds' }).getByRole('listitem');
    const shown = () =>
      expect.poll(async () => (await holds.allTextContents()).map((text) => text.slice(0, 30)), { timeout: TIMEOUT_MS });
    await shown().toEqual([expect.stringMatching(/^7 .* open/), expect.stringMatching(/^5 .* settled/)]);
    await page.getByLabel('Status of holds').selectOption('SETTLED');
    await shown().toEqual([expect.stringMatching(/^5 .* settled/)]);
    await page.getByLabel('Kind').selectOption('GRANT');
    await expect.poll(() => entries().count(), { timeout: TIMEOUT_MS }).toBe(2);
    expect(problems).toEqual([]);
  });

  it('loses no entry where more come at once than a page holds, and shows older ones when asked', async () => {
    await createCustomer(brim, 'busy');
    await brim.data(
      'mutation { grantBalance(input: { customerId: "busy", featureId: "premium_messages", amount: 100 }) { __typename } }',
    );
    await signIn('#/customers/busy');
    await remaining().toBe('110');
    for (let count = 0; count < 45; count += 1) await track(brim, { customerId: 'busy' });
    await remaining().toBe('65');
    await page.getByText('Entry 47', { exact: true }).waitFor();
    while (await page.getByRole('button', { name: 'Show older entries' }).isVisible()) {
      const before = await entries().count();
      await page.getByRole('button', { name: 'Show older entries' }).click();
      await expect.poll(() => entries().count(), { timeout: TIMEOUT_MS }).toBeGreaterThan(before);
    }
    const numbers = (await page.locator('.timeline summary').allTextContents()).map((text) => Number(text.replace('Entry ', '')));
    expect(numbers).toEqual(Array.from({ length: 47 }, (_, index) => 47 - index));
  });

  const dialog = () => page.getByRole('dialog');
  const issueAt = async (label: string) => {
    const field = dialog().getByLabel(label);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.evaluate((each) => each === document.activeElement), 'where one mends it').toBe(true);
    const [, id] = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
    return page.locator(`[id="${id}"]`).textContent();
  };
  const done = () => expect.poll(() => page.getByRole('status', { name: 'Done' }).textContent(), { timeout: TIMEOUT_MS });

  it('grants once, however often it is clicked and sent, and says at its field what is wrong', async () => {
    await createCustomer(brim, 'granted');
    await signIn('#/customers/granted');
    await remaining().toBe('10');
    const opener = page.getByRole('button', { name: 'Grant …' });
    await opener.press('Enter');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    expect(await issueAt('Amount')).toBe('Amount is missing.');
    await dialog().getByLabel('Reason').fill('sorry');
    for (const [amount, says] of [
      ['many', /Decimal/],
      ['-5', /above zero|greater|must be/],
    ] as const) {
      await dialog().getByLabel('Amount').fill(amount);
      await page.keyboard.press('Enter');
      await dialog()
        .getByRole('button', { name: `Grant ${amount}` })
        .press('Enter');
      await dialog().getByLabel('Amount').waitFor();
      expect(await issueAt('Amount')).toMatch(says);
    }
    await expectNoFaults();
    await dialog().getByLabel('Amount').fill('50');
    await page.keyboard.press('Enter');
    expect(await dialog().locator('.summary').textContent()).toBe('granted gets 50 Premium messages, which never expire.');

    // The server gets it, and its answer is lost on the way.
    let sent = 0;
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('ConsoleGrant')) return route.continue();
      sent += 1;
      if (sent > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    const confirm = dialog().getByRole('button', { name: 'Grant 50' });
    await confirm.evaluate((button: HTMLButtonElement) => [button.click(), button.click()]);
    await expect
      .poll(() => dialog().getByRole('alert').textContent(), { timeout: TIMEOUT_MS })
      .toMatch(/cannot be reached.*counts once/);
    await confirm.evaluate((button: HTMLButtonElement) => [button.click(), button.click()]);
    await done().toBe('50 Premium messages granted.');
    expect(await opener.evaluate((button) => button === document.activeElement), 'where one goes on').toBe(true);
    expect(sent).toBe(2);
    await remaining().toBe('60');
    await entry().toMatch(/^\+5060 left \| grant 50 given by hand \| “sorry” \| .*by key_/);
    expect(await entries().count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('adjusts, voids, refunds and cancels, each after a second look', async () => {
    await createCustomer(brim, 'mended');
    const { checkoutUrl } = await attachTopUp(brim, 'mended', '200');
    await pay(checkoutUrl);
    await signIn('#/customers/mended');
    await remaining().toBe('210');
    const fill = async (button: string, fields: Readonly<Record<string, string>>) => {
      await page.getByRole('button', { name: button }).click();
      for (const [label, text] of Object.entries(fields)) await dialog().getByLabel(label).fill(text);
      await dialog().getByRole('button', { name: 'Continue' }).click();
    };

    await fill('Adjust Premium messages', { Amount: '-8', Reason: 'counted twice' });
    expect(await dialog().locator('.summary').textContent()).toBe('Premium messages of mended: 8 are taken away.');
    await dialog().getByRole('button', { name: 'Adjust' }).click();
    await remaining().toBe('202');
    await entry().toMatch(/adjustment Corrected from 210 to 202 \| “counted twice”/);

    await fill('Void 2 Premium messages, included in Free', { Reason: 'left the beta' });
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count(), { timeout: TIMEOUT_MS }).toBe(0);
    await fill('Void 2 Premium messages, included in Free', { Reason: 'left the beta' });
    await dialog().getByRole('button', { name: 'Void the grant' }).click();
    await remaining().toBe('200');
    await entry().toMatch(/void 2 ended early \| “left the beta”/);

    await fill('Refund Top-up', { 'Amount in USD': '25', Reason: 'asked nicely' });
    await dialog().getByRole('button', { name: 'Refund $25' }).click();
    await expect
      .poll(() => dialog().getByRole('alert').or(dialog().locator('.action-field .trouble')).allTextContents(), {
        timeout: TIMEOUT_MS,
      })
      .toContainEqual(expect.stringMatching(/20/));
    await dialog().getByLabel('Amount in USD').fill('5');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await dialog().getByRole('button', { name: 'Refund $5' }).click();
    await remaining().toBe('150');
    await entry().toMatch(/clawback 50 taken back, because \$5 went back to the customer \| “.*asked nicely”/);
    const purchase = page.getByRole('listitem', { name: 'Purchase of Top-up' });
    await expect.poll(() => purchase.textContent(), { timeout: TIMEOUT_MS }).toContain('Refund of $5 succeeded “asked nicely”');

    await page.getByRole('button', { name: 'Cancel Free' }).click();
    await dialog().getByLabel('When').selectOption('NOW');
    await dialog().getByLabel('Reason').fill('moved away');
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoFaults(360);
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await expectNoFaults(360);
    await page.setViewportSize({ width: 1280, height: 800 });
    await dialog().getByRole('button', { name: 'Cancel the purchase' }).click();
    await done().toBe('Free is canceled.');
    await expect
      .poll(() => page.getByRole('listitem', { name: 'Purchase of Free' }).textContent(), { timeout: TIMEOUT_MS })
      .toContain('canceled');
    const audit = page.getByRole('region', { name: 'Who did what' });
    for (const verb of ['adjustBalance', 'voidGrant', 'refundPurchase', 'cancelPurchase'])
      await expect.poll(() => audit.textContent(), { timeout: TIMEOUT_MS }).toContain(verb);
    expect(await audit.textContent()).toMatch(/cancelPurchase done.*by key_.*“moved away”/);
    expect(problems).toEqual([]);
  });

  it('shows with a key that may only read what that key may read, and says in the form why it may no more', async () => {
    const { createSecretKey } = await brim.data(
      `mutation { createSecretKey(input: { name: "reader", scopes: [READ] }) { ... on CreateSecretKeySuccess { secret } } }`,
    );
    await createCustomer(brim, 'read_only');
    await signIn('#/customers/read_only', createSecretKey.secret);
    await remaining().toBe('10');
    await entry().toContain('10');
    const audit = page.getByRole('region', { name: 'Who did what' });
    await expect.poll(() => audit.getByRole('alert').textContent(), { timeout: TIMEOUT_MS }).toMatch(/ADMIN/);
    await page.getByRole('button', { name: 'Grant …' }).click();
    await dialog().getByLabel('Amount').fill('5');
    await dialog().getByLabel('Reason').fill('late');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await dialog().getByRole('button', { name: 'Grant 5' }).click();
    await expect.poll(() => dialog().getByRole('alert').textContent(), { timeout: TIMEOUT_MS }).toMatch(/PURCHASES/);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Catalogue' }).click();
    await page.getByRole('region', { name: 'Free' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('shows hostile names, reasons and metadata as text', async () => {
    await brim.data(
      `mutation ($name: String, $metadata: JSONObject) {
        createCustomer(input: { id: "</script><b>", name: $name, metadata: $metadata }) { __typename ... on Error { message } }
        grantBalance(input: { customerId: "</script><b>", featureId: "premium_messages", amount: 1, reason: $name }) { __typename }
      }`,
      { name: HOSTILE, metadata: { [HOSTILE]: HOSTILE, 'javascript:': { nested: HOSTILE } } },
    );
    await signIn(`#/customers/${encodeURIComponent('</script><b>')}`);
    await page.getByRole('heading', { name: HOSTILE, level: 1 }).waitFor();
    await entry().toContain(`“${HOSTILE}”`);
    await page.getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('link', { name: HOSTILE }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Brim console');
    expect(problems).toEqual([]);
  });

  it('shows what is sold, with the older versions of a plan', async () => {
    await brim.data(`mutation ($input: UpdatePlanInput!) { updatePlan(input: $input) { __typename ... on Error { message } } }`, {
      input: { id: 'top_up', name: 'Top-up', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('9') }] },
    });
    await signIn('#/catalogue');
    const plan = page.getByRole('region', { name: 'Top-up' });
    await expect.poll(() => plan.textContent(), { timeout: TIMEOUT_MS }).toContain('more for $9 per 100');
    await page.getByLabel('Version of Top-up').selectOption('1');
    await expect.poll(() => plan.textContent(), { timeout: TIMEOUT_MS }).toContain('more for $10 per 100');
    await expect
      .poll(() => page.getByRole('region', { name: 'Free' }).textContent(), { timeout: TIMEOUT_MS })
      .toContain('10 included');
    await expectNoFaults(1280);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoFaults(360);
    expect(problems).toEqual([]);
  });

  it('shows what was sent to an endpoint and what came back, sends it again, and sends an invented event', async () => {
    const receiver = await openReceiver(failing);
    await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED', 'BALANCE_LOW']);
    await createCustomer(brim, 'told');
    await signIn('#/webhooks');
    const delivery = page.getByRole('list', { name: `Deliveries to ${receiver.url}` }).getByRole('listitem');
    const first = () => expect.poll(() => delivery.first().textContent(), { timeout: TIMEOUT_MS });
    await first().toMatch(/^customer created retrying\d attempts?, answered 500 in \d+ ms, about told, again /);
    await delivery.first().locator('summary').click();
    await first().toMatch(/"type": "CUSTOMER_CREATED"|"customerId": "told"/);
    await first().toContain('broken');
    await expectNoFaults(1280);
    receiver.respond = ok;
    await page.getByRole('button', { name: /^Redeliver / }).click();
    await page.getByRole('button', { name: 'Redeliver', exact: true }).click();
    await done().toBe('The event is on its way.');
    await first().toMatch(/^customer created succeeded\d attempts, answered 200/);

    await page.getByRole('button', { name: `Send a test event to ${receiver.url}` }).click();
    await dialog().getByLabel('Event').selectOption('BALANCE_LOW');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await dialog().getByRole('button', { name: 'Send' }).click();
    await done().toBe('The test event is on its way.');
    await first().toMatch(/^balance low succeeded/);
    expect(receiver.received.at(-1)?.event).toMatchObject({ test: true });
    await page.getByLabel('Status of deliveries').selectOption('FAILED');
    await page.getByText('There is no such delivery.').waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoFaults(360);
    await receiver.close();
    expect(problems).toEqual([]);
  });

  it('counts the changes of all customers while it is open', async () => {
    await createCustomer(brim, 'counted_1');
    await createCustomer(brim, 'counted_2');
    await signIn('#/live');
    await expect.poll(() => page.getByRole('status', { name: 'Connection' }).textContent(), { timeout: TIMEOUT_MS }).toBe('Live');
    const count = (name: string) =>
      expect.poll(async () => Number(await page.locator('.counter', { hasText: name }).locator('dd').textContent()), {
        timeout: TIMEOUT_MS,
      });
    // The subscription begins a moment after the connection: what is used until then is not told.
    const seen = page.getByRole('list', { name: 'The newest changes' }).getByRole('listitem');
    await expect
      .poll(
        async () => {
          await track(brim, { customerId: 'counted_1' });
          return seen.count();
        },
        { timeout: TIMEOUT_MS },
      )
      .toBeGreaterThan(0);
    await track(brim, { customerId: 'counted_2', value: '7' });
    await expect
      .poll(() => seen.first().textContent(), { timeout: TIMEOUT_MS })
      .toMatch(/^−7 Premium messagesusage, 3 left, counted_2/);
    await count('customers touched').toBe(2);
    await count('since this page opened').toBeGreaterThan(1);
    await expectNoFaults(1280);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoFaults(360);
    await seen.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'counted_2', level: 1 }).waitFor();
    expect(problems).toEqual([]);
  });

  it.each([1280, 360])('has nothing that axe finds serious, and nothing that is cut off, at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await createCustomer(brim, `seen_${width}`);
    await track(brim, { customerId: `seen_${width}`, value: '3' });
    await signIn();
    await page.getByRole('link', { name: `seen_${width}` }).waitFor();
    await expectNoFaults(width);
    await page.getByRole('link', { name: `seen_${width}` }).click();
    await remaining().toBe('7');
    await entry().toContain('3 used');
    await expectNoFaults(width);
  });

  async function expectNoFaults(width?: number): Promise<void> {
    expect(await findFaults(page)).toEqual([]);
    if (width !== undefined) expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  }
});
