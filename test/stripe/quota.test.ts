import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createCustomerToken,
  findPurchase,
  movableClock,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const ATTACH =
  'mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename ... on AttachPlanSuccess { purchase { id } checkoutUrl } ... on Error { message } } }';

/**
 * How often one customer makes Brim call Stripe, whose quota is the merchant's. Two processes share
 * one database.
 */
describe('calls to Stripe', () => {
  const clock = movableClock();
  let account: StripeAccount;
  let here: ShopBrim;
  let there: ShopBrim;
  let sql: Sql;
  beforeAll(async () => {
    account = await openStripeAccount(clock);
    here = await account.openShop();
    // The clocks of processes differ.
    const slow = { now: () => new Date(clock.now().getTime() - 1_000) };
    there = await account.openShop({ databaseUrl: here.databaseUrl, clock: slow });
    sql = await openSql(here.databaseUrl);
  });
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  const topUp = (customerId: string, quantity = '100', more = {}) => ({
    ...{ customerId, planId: 'top_up', featureQuantities: wanting(quantity) },
    ...more,
  });
  const sessionOf = (checkoutUrl: string) => checkoutUrl.split('/').at(-1) ?? '';
  /**
   * The calls during some work, without those about other pages, which the reconciler may check at
   * any time.
   */
  async function callsOf(work: () => Promise<unknown>, pages: readonly string[]): Promise<readonly string[]> {
    const [before, beforeThere] = [here.wire.calls.length, there.wire.calls.length];
    await work();
    const asked = [...here.wire.calls.slice(before), ...there.wire.calls.slice(beforeThere)];
    return asked.filter((call) => !call.startsWith('GET ') || pages.some((page) => call.endsWith(sessionOf(page))));
  }

  /** Forty attaches that all arrive before the first page is open. */
  async function attachForty(customerId: string, inputOf: (index: number) => Record<string, unknown>) {
    await createCustomer(here, customerId);
    const answers: Awaited<ReturnType<typeof here.query>>[] = [];
    const pages: string[] = [];
    const asked = await callsOf(async () => {
      const release = here.wire.holdPages();
      const attaches = Array.from({ length: 40 }, (_, index) => here.query(ATTACH, { input: inputOf(index) }));
      // These reads are answered after the attaches are in their queue.
      for (let time = 0; time < 10; time += 1) await balanceOf(here, customerId);
      release();
      answers.push(...(await Promise.all(attaches)));
      pages.push(...answers.flatMap(({ data, errors }) => (errors ? [] : [String(data.attachPlan.checkoutUrl)])));
    }, pages);
    return { answers, asked };
  }

  test('forty attaches at once before the page is open make at most three calls and one purchase', async () => {
    const { answers, asked } = await attachForty('clicks_a_lot', (index) =>
      topUp('clicks_a_lot', '100', { idempotencyKey: `click_${index}` }),
    );
    const pages = answers.map(({ data: { attachPlan } }) => `${attachPlan.purchase.id} ${attachPlan.checkoutUrl}`);
    expect(new Set(pages).size).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  test('forty attaches at once of forty quantities make few calls, and the newest gets the open page', async () => {
    const { answers, asked } = await attachForty('cannot_decide', (index) => topUp('cannot_decide', String(100 * (index + 1))));
    // Two calls for the first attach and two for the newest, which closes that page and opens its
    // own.
    expect(asked.length).toBeLessThanOrEqual(4);
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual(refused.map(() => 'UNAVAILABLE'));
    const pending = await sql.rows(`SELECT id FROM purchase WHERE customer_id = 'cannot_decide' AND status = 'PENDING'`);
    expect(pending).toHaveLength(1);
    const answered = answers.filter(({ errors }) => !errors).map(({ data }) => data.attachPlan.purchase.id);
    expect(answered).toContain(pending[0]?.['id']);
  });

  test('the return page makes one call in five seconds for all callers of both processes', async () => {
    await createCustomer(here, 'comes_back');
    const { purchase, checkoutUrl } = await attach(here, topUp('comes_back'));
    const open = ({ url }: ShopBrim) => fetch(`${url}/checkout/return/${purchase.id}`, { redirect: 'manual' });
    const openOften = () => Promise.all(Array.from({ length: 20 }, (_, index) => open(index % 2 === 0 ? here : there)));
    expect(await callsOf(openOften, [checkoutUrl])).toHaveLength(1);
    expect(await callsOf(openOften, [checkoutUrl])).toHaveLength(0);
    const waiting = await (await open(there)).text();
    expect(waiting).toMatch(/One moment.*http-equiv="refresh" content="5"/s);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    clock.pass(5_000);
    expect(await callsOf(openOften, [checkoutUrl])).toHaveLength(1);
    expect(await findPurchase(here, purchase.id)).toMatchObject({ status: 'ACTIVE' });
    clock.pass(5_000);
    expect(await callsOf(openOften, [checkoutUrl])).toHaveLength(0);
  });

  test('the return page of a purchase whose page was closed makes no call', async () => {
    await createCustomer(here, 'thinks_again');
    const old = await attach(here, topUp('thinks_again'));
    await attach(here, topUp('thinks_again', '200'));
    const open = () => fetch(`${there.url}/checkout/return/${old.purchase.id}`);
    expect(await callsOf(async () => expect(await (await open()).text()).toContain('expired'), [old.checkoutUrl])).toEqual([]);
  });

  test('a customer token that repeats an attach makes one call in five seconds; the app makes one each time', async () => {
    await createCustomer(here, 'clicks_on');
    const token = await createCustomerToken(here, 'clicks_on', ['top_up']);
    const { checkoutUrl } = await attach(here, topUp('clicks_on'), token);
    const again = async (credential?: string) => {
      for (const brim of [here, there, here, there, here])
        expect(await attach(brim, topUp('clicks_on'), credential)).toMatchObject({ checkoutUrl });
    };
    expect(await callsOf(() => again(token), [checkoutUrl])).toHaveLength(1);
    expect(await callsOf(() => again(token), [checkoutUrl])).toHaveLength(0);
    clock.pass(5_000);
    expect(await callsOf(() => again(token), [checkoutUrl])).toHaveLength(1);
    expect(await callsOf(() => again(), [checkoutUrl])).toHaveLength(5);
  });

  test('a customer token whose page cannot be opened makes one try in five seconds, also with the same key', async () => {
    await createCustomer(here, 'clicks_in_vain');
    const token = await createCustomerToken(here, 'clicks_in_vain', ['top_up']);
    account.faults.add({ kind: 'forbidden', path: '/v1/checkout/sessions', times: 1_000 });
    const codeOf = async (idempotencyKey?: string) => {
      const { errors } = await here.query(
        'mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename } }',
        { input: topUp('clicks_in_vain', '100', { idempotencyKey }) },
        token,
      );
      return errors?.[0]?.extensions?.['code'];
    };
    expect(await codeOf('one')).toBe('UNAVAILABLE');
    expect(await codeOf('one')).toBe('UNAVAILABLE');
    const asked = await callsOf(async () => {
      for (const key of ['one', 'one', undefined, 'two']) expect(await codeOf(key)).toBe('RATE_LIMITED');
    }, []);
    expect(asked).toEqual([]);
    account.faults.clear();
    clock.pass(5_000);
    expect(await codeOf('one')).toBeUndefined();
  });

  test('the webhook and the return page share a read', async () => {
    await createCustomer(here, 'shares');
    const { purchase, checkoutUrl } = await attach(here, topUp('shares'));
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    const work = () =>
      Promise.all([
        account.tell(here, 'checkout.session.completed', sessionOf(checkoutUrl)),
        fetch(`${here.url}/checkout/return/${purchase.id}`, { redirect: 'manual' }),
      ]);
    const asked = await callsOf(work, [checkoutUrl]);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(await findPurchase(here, purchase.id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('a customer token begins at most thirty purchases an hour in both processes together; the app any number', async () => {
    await createCustomer(here, 'window_shops');
    const token = await createCustomerToken(here, 'window_shops', ['top_up']);
    const begin = (brim: ShopBrim, index: number, credential?: string) =>
      brim.query(
        'mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename ... on AttachPlanSuccess { purchase { id } checkoutUrl } ... on Error { message } } }',
        { input: topUp('window_shops', String(100 * (1 + index))) },
        credential,
      );
    expect((await begin(here, 1, token)).data?.attachPlan.__typename).toBe('AttachPlanSuccess');
    // Twenty-eight more purchases that another one replaced.
    await sql.rows(
      `INSERT INTO purchase (id, customer_id, plan_id, plan_version, status, quantities, created_at, by_customer)
       SELECT id || '_' || number, customer_id, plan_id, plan_version, 'EXPIRED', quantities, created_at, by_customer
       FROM purchase, generate_series(2, 29) AS number WHERE customer_id = 'window_shops' AND by_customer`,
    );
    expect((await begin(there, 29, token)).data?.attachPlan.__typename).toBe('AttachPlanSuccess');
    for (const brim of [here, there]) {
      const asked: string[] = [];
      const answers: Awaited<ReturnType<typeof begin>>[] = [];
      asked.push(...(await callsOf(async () => answers.push(await begin(brim, 30, token)), [])));
      const errors = answers[0]?.errors;
      expect(errors?.[0]).toMatchObject({
        message: expect.stringMatching(/30 purchases within an hour.*Nothing was charged/),
        extensions: { code: 'RATE_LIMITED' },
      });
      const seconds = Number(errors?.[0]?.extensions?.['retryAfterSeconds']);
      expect(seconds).toBeGreaterThan(3_000);
      expect(seconds).toBeLessThanOrEqual(3_600);
      // A refused attach makes no call.
      expect(asked).toEqual([]);
    }
    // An attach with the terms of the open page gets that page.
    expect((await begin(here, 29, token)).data?.attachPlan.checkoutUrl).toMatch(/^http/);
    expect((await begin(here, 31)).data?.attachPlan.__typename).toBe('AttachPlanSuccess');
    clock.pass(60 * 60_000);
    const another = await createCustomerToken(here, 'window_shops', ['top_up']);
    expect((await begin(there, 32, another)).data?.attachPlan.__typename).toBe('AttachPlanSuccess');
  });
});
