/** The real better-auth, its real client and a real Brim: who signs up, and gets tokens. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openLive } from '../../../packages/client/src/live/index.ts';
import { openTokens } from '../../../packages/client/src/live/tokens.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { attach, balanceOf, MESSAGES, track, wanting } from '../../support/shop.ts';
import { until } from '../../support/witness.ts';
import { openStandIn } from '../server/stand-in.ts';
import { googleToken, openApp, openAway, openBrowser, signUp } from './app.ts';

const TOP_UP = { planId: 'top_up', featureQuantities: wanting('100') };

let shop: ClientShop;
beforeAll(async () => {
  shop = await openClientShop();
});
afterAll(() => shop.close());

/** The claims that Brim wrote into a token. */
const claimsOf = (token = '') => JSON.parse(atob(token.split('.')[1] ?? ''));

const secondsOf = (token: string | undefined) => Math.floor(claimsOf(token).exp - claimsOf(token).iat);

describe('whoever signs up', () => {
  it('is a customer with what the free plan gives', async () => {
    const client = await shop.connect();
    const { url } = await openApp({ client });
    const { id } = await signUp(url, 'Ada');
    expect(await client.customer(id)).toMatchObject({ name: 'Ada', email: 'ada@app.example' });
    expect(await balanceOf(shop, id)).toMatchObject({ remaining: '10' });
  });

  it('is one customer, however often the sign-up is sent, and whoever else makes it', async () => {
    const client = await shop.connect();
    const made: string[] = [];
    const { url } = await openApp({ client, onCustomerCreate: ({ customer }) => void made.push(customer.id) });
    const { id, client: browser } = await signUp(url, 'Twice');
    await browser.signUp.email({ name: 'Twice', email: 'twice@app.example', password: 'correct horse' });
    await Promise.all([browser.brim.token(), client.createCustomer({ id }), browser.brim.token()]);
    expect((await client.customers({ search: 'twice@app.example' })).items).toHaveLength(1);
    expect(made).toEqual([id]);
    expect(await balanceOf(shop, id)).toMatchObject({ granted: '10' });
  });

  it('is a customer, too, who signs in with Google for the first time', async () => {
    const client = await shop.connect();
    const { url } = await openApp({ client });
    const browser = openBrowser(url).client;
    const token = googleToken('Grace');
    for (let times = 0; times < 2; times += 1) await browser.signIn.social({ provider: 'google', idToken: { token } });
    const { data } = await browser.getSession();
    expect(await client.customer(data?.user.id ?? '')).toMatchObject({ name: 'Grace', email: 'grace@google.example' });
    expect((await client.customers({ search: 'grace@google.example' })).items).toHaveLength(1);
  });

  it('has what the app adds, and its name only if Brim takes it', async () => {
    const client = await shop.connect();
    const { url, said } = await openApp({
      client,
      getCustomerCreateParams: ({ email }) => ({ email: `billing+${email}`, metadata: { source: 'landing' } }),
      onCustomerCreate: () => {
        throw new Error('the mail server is away');
      },
    });
    const { id } = await signUp(url, 'N'.repeat(2_000_000), 'long@app.example');
    expect(await client.customer(id)).toMatchObject({
      ...{ name: null, email: 'billing+long@app.example', metadata: { source: 'landing' } },
    });
    expect(said.join()).toContain(`warn: Brim does not take the name of user ${id}`);
    expect(said.join()).toContain('error: onCustomerCreate failed');
  });

  it('is signed up although Brim is away, and is a customer with the first token', async () => {
    const { client, comeBack } = await openAway(shop);
    const { url, said } = await openApp({ client });
    const { id, client: browser } = await signUp(url, 'Early');
    expect(said.join()).toContain(
      `warn: No customer was made yet, the next token will make it (user ${id}): Brim cannot be reached`,
    );
    const code: keyof typeof browser.$ERROR_CODES = 'BRIM_UNAVAILABLE';
    expect(await browser.brim.token()).toMatchObject({ data: null, error: { status: 503, code } });
    comeBack();
    expect((await browser.brim.token()).data?.token).toBeTruthy();
    expect(await (await shop.connect()).customer(id)).toMatchObject({ name: 'Early', balances: [{ remaining: '10' }] });
  });

  it('waits five seconds at most for a Brim that says nothing', async () => {
    const { url: silent } = await openStandIn(() => 'silence');
    const { timeout } = AbortSignal;
    const deadlines = vi
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((ms) => timeout.call(AbortSignal, ms === 5_000 ? 20 : ms));
    onTestFinished(() => void vi.restoreAllMocks());
    const { url, said } = await openApp({ client: await shop.connect({ url: silent }) });
    await signUp(url, 'Patient');
    expect(deadlines).toHaveBeenCalledWith(5_000);
    expect(said.join()).toContain('The call was given up.');
  });

  it('is no customer, and has no token, until the app makes one that keeps this to itself', async () => {
    const client = await shop.connect();
    const { url } = await openApp({ client, createCustomerOnSignUp: false });
    const { id, client: browser } = await signUp(url, 'Unverified');
    expect(await browser.brim.token()).toMatchObject({ error: { status: 404, code: 'CUSTOMER_NOT_FOUND' } });
    expect(await client.customer(id)).toBeNull();
    await client.createCustomer({ id });
    expect((await browser.brim.token()).error).toBeNull();
  });
});

describe('a token', () => {
  it('shows a page its own balance, and each change of it', async () => {
    const { url } = await openApp({ client: await shop.connect() });
    const { id, client: browser } = await signUp(url, 'Live');
    const live = openLive({ url: shop.url, getToken: browser.brim.getToken });
    onTestFinished(live.customer.subscribe(() => undefined));
    const remaining = () => live.customer.get().balances.byFeature[MESSAGES]?.remaining;
    await until(() => expect(remaining()).toBe('10'));
    await track(shop, { customerId: id, value: '3' });
    await until(() => expect(remaining()).toBe('7'));
    expect(live.customer.get().value?.id).toBe(id);
  });

  it('comes from the address, too, that a provider has as tokenUrl', async () => {
    const { url } = await openApp({ client: await shop.connect() });
    const { id, fetch } = await signUp(url, 'Address');
    vi.stubGlobal('fetch', fetch);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(claimsOf(await openTokens({ tokenUrl: `${url}/api/auth/brim/token` }).current()).sub).toBe(id);
  });

  it('is of the user who is signed in, whatever is asked for', async () => {
    const { url } = await openApp({ client: await shop.connect() });
    const ada = await signUp(url, 'A');
    const bob = await signUp(url, 'B');
    const body = JSON.stringify({ customerId: bob.id, userId: bob.id, expiresInSeconds: 86_400, attachablePlanIds: ['top_up'] });
    const headers = { 'content-type': 'application/json' };
    const asked = `${url}/api/auth/brim/token?customerId=${bob.id}`;
    const response = await ada.fetch(asked, { method: 'POST', headers, body });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { token } = await response.json();
    expect(claimsOf(token).sub).toBe(ada.id);
    expect(secondsOf(token)).toBe(900);
    expect(await shop.data(`{ viewer { id } customer(id: "${bob.id}") { id } }`, {}, token)).toEqual({
      ...{ viewer: { id: ada.id }, customer: null },
    });
    expect((await attach(shop, TOP_UP, token)).__typename).toBe('PlanNotFoundError');
  });

  it('may do what the app says, and is never of another customer', async () => {
    const other = { customerId: 'customer-1' };
    const { url } = await openApp({
      client: await shop.connect(),
      getTokenParams: () => ({ ...other, expiresInSeconds: 60, attachablePlanIds: ['top_up'] }),
    });
    const { id, client: browser } = await signUp(url, 'Buyer');
    const { data } = await browser.brim.token();
    expect(claimsOf(data?.token).sub).toBe(id);
    expect(Date.parse(data?.expiresAt ?? '') / 1_000).toBe(Math.floor(claimsOf(data?.token).exp));
    expect(secondsOf(data?.token)).toBe(60);
    expect((await attach(shop, TOP_UP, data?.token)).__typename).toBe('AttachPlanSuccess');
  });

  it('is refused to whoever is signed out, also with a cookie from before, and to another site', async () => {
    const { url } = await openApp({ client: await shop.connect() }, { session: { cookieCache: { enabled: true, maxAge: 300 } } });
    expect((await openBrowser(url).client.brim.token()).error).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    const { client: browser, cookies } = await signUp(url, 'Leaver');
    const stolen = openBrowser(url);
    for (const [name, value] of cookies) stolen.cookies.set(name, value);
    expect((await stolen.client.brim.token()).error).toBeNull();
    const headers = { origin: 'https://evil.example', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
    expect((await fetch(`${url}/api/auth/brim/token`, { method: 'POST', headers })).status).toBe(403);
    expect((await stolen.fetch(`${url}/api/auth/brim/token`)).status).toBe(404);
    await browser.signOut();
    expect((await stolen.client.brim.token()).error).toMatchObject({ status: 401 });
    await expect(stolen.client.brim.getToken()).rejects.toThrow('Unauthorized');
  });

  it('is given sixty times a minute to one address', async () => {
    const { url } = await openApp({ client: await shop.connect() }, { rateLimit: { enabled: true } });
    const { client: browser } = await signUp(url, 'Often');
    const answers = await Promise.all(Array.from({ length: 70 }, () => browser.brim.token()));
    expect(answers.filter(({ error }) => error === null)).toHaveLength(60);
    expect(answers.filter(({ error }) => error?.status === 429)).toHaveLength(10);
  });
});
