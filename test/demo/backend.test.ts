/** The demo's own server, asked as its page asks it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGES, TOP_UP } from '../../src/demo/server/shop.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { answerPage, attach, balanceOf, createCustomer, ledgerOf, openShop, wanting } from '../support/shop.ts';

const KEY = '0123456789abcdef0123456789abcdef';

interface Asked {
  readonly origin?: string;
  readonly cookie?: string | undefined;
  readonly site?: string;
}

describe('the demo’s own server', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
  });
  afterAll(() => brim.close());

  const ask = (path: string, body: unknown, { origin = brim.url, cookie, site }: Asked = {}) =>
    fetch(`${brim.url}${path}`, {
      method: 'POST',
      headers: { origin, ...(cookie ? { cookie } : {}), ...(site ? { 'sec-fetch-site': site } : {}) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  async function begin(body: object = {}, cookie?: string) {
    const response = await ask('/demo/session', body, { cookie });
    expect(response.status).toBe(200);
    const { customerId, token } = (await response.json()) as { customerId: string; token: string };
    return { customerId, token, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '', response };
  }
  const say = (cookie: string, text: string, key = crypto.randomUUID().replaceAll('-', '')) =>
    ask('/demo/messages', { key, text }, { cookie });

  it('makes a customer with 10 messages for each browser, and the catalogue for the first', async () => {
    const { customerId, token, cookie, response } = await begin();
    expect(response.headers.get('set-cookie')).toMatch(
      /^brim_demo=demo_[0-9a-f-]{36}; Path=\/demo; .*HttpOnly; SameSite=Strict$/,
    );
    expect(await balanceOf(brim, customerId, MESSAGES)).toMatchObject({ remaining: '10' });
    const { viewer, plans } = await brim.data('{ viewer { id } plans { id } }', undefined, token);
    expect(viewer).toEqual({ id: customerId });
    expect(plans.map(({ id }: { id: string }) => id)).toContain(TOP_UP);
    expect(await begin({}, cookie)).toMatchObject({ customerId });
    expect((await begin({ fresh: true }, cookie)).customerId).not.toBe(customerId);
    expect((await begin()).customerId).not.toBe(customerId);
  });

  it('lets the token attach the top-up, and nothing else', async () => {
    const { customerId, token } = await begin();
    await expect(attach(brim, { customerId, planId: 'pebble_free' }, token)).resolves.toMatchObject({
      __typename: 'PlanNotFoundError',
    });
    const bought = await attach(
      brim,
      { customerId, planId: TOP_UP, featureQuantities: wanting('200', MESSAGES), successUrl: brim.url },
      token,
    );
    const paid = await answerPage(bought.checkoutUrl);
    await fetch(paid.headers.get('location') ?? '', { redirect: 'manual' });
    expect(await balanceOf(brim, customerId, MESSAGES)).toMatchObject({ remaining: '210' });
  });

  it('gives a visitor the money of an own purchase back once, and nobody else', async () => {
    const [visitor, other] = [await begin(), await begin()];
    const order = { customerId: visitor.customerId, planId: TOP_UP, featureQuantities: wanting('100', MESSAGES) };
    const { purchase, checkoutUrl } = await attach(brim, { ...order, successUrl: brim.url }, visitor.token);
    const refund = (cookie?: string, purchaseId: unknown = purchase.id) => ask('/demo/refunds', { purchaseId }, { cookie });
    const paid = await answerPage(checkoutUrl);
    await fetch(paid.headers.get('location') ?? '', { redirect: 'manual' });
    expect(await balanceOf(brim, visitor.customerId, MESSAGES)).toMatchObject({ remaining: '110' });
    const refused = [refund(), refund(other.cookie), refund(visitor.cookie, 'pur_unknown'), refund(visitor.cookie, 7)];
    const codes = refused.map(async (response) => (await (await response).json()).errors[0].extensions.code);
    expect(await Promise.all(codes)).toEqual(['UNAUTHENTICATED', 'PURCHASE_NOT_FOUND', 'PURCHASE_NOT_FOUND', 'INVALID_INPUT']);
    expect(await balanceOf(brim, visitor.customerId, MESSAGES)).toMatchObject({ remaining: '110' });
    const made = await Promise.all([refund(visitor.cookie), refund(visitor.cookie)]);
    expect(made.map(({ status }) => status)).toEqual([200, 200]);
    expect(await ledgerOf(brim, visitor.customerId)).toMatchObject([
      { kind: 'GRANT', amount: '10' },
      { kind: 'GRANT', amount: '100' },
      { kind: 'CLAWBACK', amount: '-100' },
    ]);
  });

  it('takes one message off for each answer, and a message sent again is answered as it was and counted once', async () => {
    const { customerId, cookie } = await begin();
    const first = await (await say(cookie, 'Hello', KEY)).text();
    expect(first).toMatch(/\w+ \w+/);
    expect(await (await say(cookie, 'Hello', KEY)).text()).toBe(first);
    expect(await ledgerOf(brim, customerId)).toMatchObject([
      { kind: 'GRANT', amount: '10' },
      { kind: 'USAGE', amount: '-1' },
    ]);
  });

  it('refuses the eleventh, and says what would unlock it', async () => {
    const { customerId, cookie } = await begin();
    const answers = await Promise.all(Array.from({ length: 11 }, (_, number) => say(cookie, `${number}?`)));
    const refused = answers.filter(({ status }) => status === 402);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(await Promise.all(refused.map((response) => response.json()))).toEqual([
      {
        errors: [{ message: expect.any(String), extensions: { code: 'INSUFFICIENT_BALANCE' } }],
        offers: [{ planId: TOP_UP, quantity: '100', price: { amount: '10', currency: 'usd' } }],
      },
    ]);
    expect(await balanceOf(brim, customerId, MESSAGES)).toMatchObject({ remaining: '0' });
  });

  it('makes the next token for the browser that has a session, and for no other', async () => {
    const { customerId, cookie } = await begin();
    const { token } = (await (await ask('/demo/token', {}, { cookie })).json()) as { token: string };
    expect(await brim.data('{ viewer { id } }', undefined, token)).toEqual({ viewer: { id: customerId } });
    expect((await ask('/demo/token', {})).status).toBe(401);
  });

  it('believes no cookie that names a customer of the developer', async () => {
    await createCustomer(brim, 'user_123');
    expect((await ask('/demo/token', {}, { cookie: 'brim_demo=user_123' })).status).toBe(401);
    expect((await begin({}, 'brim_demo=user_123')).customerId).not.toBe('user_123');
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: '' }],
    ['another site', { site: 'cross-site' }],
  ])('refuses a page of %s', async (_, asked) => {
    const response = await ask('/demo/session', {}, asked);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['what is too long', JSON.stringify({ key: KEY, text: 'x'.repeat(5_000) }), 413],
    ['what is no JSON', 'hello', 400],
    ['a message without words', JSON.stringify({ key: KEY, text: ' ' }), 400],
    ['a key of another form', JSON.stringify({ key: 'mine', text: 'Hello' }), 400],
  ])('refuses %s', async (_, body, status) => {
    const { cookie } = await begin();
    expect((await ask('/demo/messages', body, { cookie })).status).toBe(status);
  });
});

describe('beside a catalogue that somebody has made', () => {
  it('leaves it as it is, and gives its customers nothing of the demo', async () => {
    const brim = await openShop();
    const begin = (cookie = '') =>
      fetch(`${brim.url}/demo/session`, { method: 'POST', headers: { origin: brim.url, cookie }, body: '{}' });
    const begun = await begin();
    expect(begun.status).toBe(200);
    const { customerId } = await begun.json();
    await begin(begun.headers.get('set-cookie') ?? '');
    expect(await balanceOf(brim, customerId, MESSAGES)).toMatchObject({ remaining: '10' });
    const { plans } = await brim.data('{ plans { id version } }');
    expect(plans.toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1))).toEqual(
      ['free', 'pebble_free', 'pebble_top_up', 'top_up'].map((id) => ({ id, version: 1 })),
    );
    await createCustomer(brim, 'user_123');
    const { customer } = await brim.data('{ customer(id: "user_123") { sequence balances { feature { id } } } }');
    expect(customer).toEqual({ sequence: 1, balances: [{ feature: { id: 'premium_messages' } }] });
    await brim.close();
  });
});
