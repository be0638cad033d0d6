/**
 * Connections to Postgres on which nothing comes any more, and which nobody closes: everybody is
 * answered, and truthfully.
 */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Answer, openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { brimProcesses } from '../support/process.ts';
import { holdAccount } from '../support/row-holder.ts';
import { createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { expectSound, openSql, type Sql, until } from '../support/witness.ts';

/** What is promised is 15 seconds; the rest is for a loaded machine. */
const ANSWERED_WITHIN_MS = patience(10_000);
const TRACK = `mutation ($input: TrackInput!) { track(input: $input) {
  __typename ... on TrackSuccess { replayed balance { remaining } } ... on Error { message }
} }`;

let database: FreshDatabase;
/** Reaches the database without a proxy. */
let other: TestBrim;
let sql: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  sql = await openSql(database.url);
  other = await openShop({ databaseUrl: database.url });
});
afterAll(async () => {
  await other.close();
  await sql.close();
  await database.drop();
});

interface Behind {
  readonly proxy: PostgresProxy;
  /** Reaches the database through the proxy. */
  readonly brim: TestBrim;
}

/** A Brim behind a proxy, both of this test alone: the tests wait for time-outs side by side. */
async function openBehind({ onTestFinished }: TestContext, applicationName = 'proxied'): Promise<Behind> {
  const proxy = await openPostgresProxy(database.url);
  const brim = await openBrim({ databaseUrl: `${proxy.url}?application_name=${applicationName}` });
  onTestFinished(async () => {
    await brim.close();
    await proxy.close();
  });
  return { proxy, brim };
}

async function customerWith100(id: string): Promise<string> {
  await createCustomer(other, id);
  await grant(other, { customerId: id, amount: '90' });
  return id;
}

const send = (on: Pick<TestBrim, 'query'>, customerId: string): Promise<Answer> =>
  on.query(TRACK, { input: { customerId, featureId: MESSAGES, value: '1', idempotencyKey: 'once' } });

/**
 * A use takes a transaction where its account is locked at first. Lets go of it once the use waits
 * for it, or its connection is silent.
 */
async function sendInTransaction(
  brim: TestBrim,
  customerId: string,
  silent: Promise<void>,
): Promise<{ answer: Promise<Answer> }> {
  const holder = await holdAccount(database.url, customerId);
  const answer = send(brim, customerId);
  const waits = until(() => holder.blocked()).catch(() => undefined);
  await Promise.race([waits, silent]);
  await holder.letGo();
  return { answer };
}

const codeOf = ({ errors }: Answer): unknown => errors?.[0]?.extensions?.['code'];

/** Sends it again, as a client does, until it is taken. */
function untilTaken(brim: TestBrim, customerId: string): Promise<void> {
  return until(async () => {
    const { data } = await send(brim, customerId);
    expect(data?.track).toMatchObject({ __typename: 'TrackSuccess', balance: { remaining: '99' } });
  }, ANSWERED_WITHIN_MS);
}

const readiness = async ({ url }: TestBrim) => (await fetch(`${url}/ready`)).json();

describe.concurrent('one connection that goes silent', () => {
  it('at the begin of a transaction costs its own caller some seconds', { timeout: patience(90_000) }, async (context) => {
    const { proxy, brim } = await openBehind(context);
    // A BEGIN does not say whose it is. Where it was the background's, another customer tries.
    for (let tries = 1; ; tries += 1) {
      const id = await customerWith100(`at-begin-${tries}`);
      const started = performance.now();
      const silent = proxy.hushNext({ at: /BEGIN/, arrives: false });
      const { answer } = await sendInTransaction(brim, id, silent);
      await silent;
      const code = codeOf(await answer);
      expect(performance.now() - started).toBeLessThan(ANSWERED_WITHIN_MS);
      await untilTaken(brim, id);
      expect(await expectSound(sql, id)).toHaveLength(3);
      if (code === undefined && tries < 5) continue;
      return expect(code).toBe('UNAVAILABLE');
    }
  });

  it('costs its own callers some seconds, says what is known, and counts nothing twice', {
    timeout: patience(90_000),
  }, async (context) => {
    const { proxy, brim } = await openBehind(context);
    const cases = [
      { id: 'in-the-middle', at: /brim_\d/, after: 'in-the-middle', arrives: true, code: 'UNAVAILABLE' },
      { id: 'commit-lost', at: /COMMIT\0/, after: 'commit-lost', arrives: false, code: 'OUTCOME_UNKNOWN' },
      { id: 'commit-done', at: /COMMIT\0/, after: 'commit-done', arrives: true, code: 'OUTCOME_UNKNOWN' },
    ];
    for (const { id } of cases) await customerWith100(id);
    await customerWith100('beside');
    const started = performance.now();
    const answers: Promise<Answer>[] = [];
    for (const { id, code: _, ...hush } of cases) {
      const silent = proxy.hushNext(hush);
      answers.push((await sendInTransaction(brim, id, silent)).answer);
      await silent;
    }
    const before = performance.now();
    expect((await track(brim, { customerId: 'beside', value: '1' })).balance).toMatchObject({ remaining: '99' });
    expect(performance.now() - before).toBeLessThan(patience(2_000));
    await until(async () =>
      expect(await readiness(brim)).toMatchObject({
        status: 'degraded',
        reasons: [expect.stringMatching(/\w+ customers? takes unusually long/)],
      }),
    );
    expect((await Promise.all(answers)).map(codeOf)).toEqual(cases.map(({ code }) => code));
    expect(performance.now() - started).toBeLessThan(ANSWERED_WITHIN_MS);
    await Promise.all(cases.map(({ id }) => untilTaken(brim, id)));
    for (const { id } of cases) expect(await expectSound(sql, id)).toHaveLength(3);
    await until(async () => expect(await readiness(brim)).toEqual({ status: 'ready' }));
  });

  it('in the one statement of a batch, or before it: the same', { timeout: patience(90_000) }, async (context) => {
    const { proxy, brim } = await openBehind(context);
    const cases = [
      { id: 'reading', at: /brim_\d/, after: 'reading', arrives: true, code: 'UNAVAILABLE' },
      { id: 'writing-lost', at: /USAGE/, after: 'writing-lost', arrives: false, code: 'OUTCOME_UNKNOWN' },
      { id: 'writing-done', at: /USAGE/, after: 'writing-done', arrives: true, code: 'OUTCOME_UNKNOWN' },
    ];
    for (const { id } of cases) await customerWith100(id);
    const answers: Promise<Answer>[] = [];
    for (const { id, code: _, ...hush } of cases) {
      const silent = proxy.hushNext(hush);
      answers.push(send(brim, id));
      await silent;
    }
    expect((await Promise.all(answers)).map(codeOf)).toEqual(cases.map(({ code }) => code));
    await Promise.all(cases.map(({ id }) => untilTaken(brim, id)));
    for (const { id } of cases) expect(await expectSound(sql, id)).toHaveLength(3);
  });

  it('is a paused backend just as well', { timeout: patience(90_000) }, async (context) => {
    const { brim } = await openBehind(context, 'paused');
    const id = await customerWith100('paused-backend');
    await track(brim, { customerId: id, value: '0' });
    const backends = await sql.rows<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'paused'`,
    );
    expect(backends.length).toBeGreaterThan(0);
    context.onTestFinished(() => {
      for (const { pid } of backends) process.kill(pid, 'SIGCONT');
    });
    for (const { pid } of backends) process.kill(pid, 'SIGSTOP');
    const started = performance.now();
    expect(codeOf(await send(brim, id))).toMatch(/^(UNAVAILABLE|OUTCOME_UNKNOWN)$/);
    expect(performance.now() - started).toBeLessThan(ANSWERED_WITHIN_MS);
    await untilTaken(brim, id);
  });
});

describe.concurrent('all connections that go silent', () => {
  it('are replaced: writes, reads and a subscriber go on, and the subscriber gets each change', {
    timeout: patience(90_000),
  }, async (context) => {
    const { proxy, brim } = await openBehind(context);
    const id = await customerWith100('all-silent');
    await track(brim, { customerId: id, value: '0' });
    const pushed = subscribe(
      brim.socket(),
      'subscription { balanceChanged(customerId: "all-silent") { balance { remaining } } }',
    );
    await take(pushed, 1);
    proxy.hush();
    const started = performance.now();
    const read = () => brim.query('{ customer(id: "all-silent") { balances { remaining } } }');
    const [written, ...seen] = await Promise.all([send(brim, id), read(), read(), read()]);
    for (const answer of [written, ...seen]) expect([undefined, 'UNAVAILABLE', 'OVERLOADED']).toContain(codeOf(answer));
    expect(performance.now() - started).toBeLessThan(ANSWERED_WITHIN_MS);
    await send(other, id);
    expect(await take(pushed, 1)).toEqual([{ balanceChanged: { balance: { remaining: '99' } } }]);
    await untilTaken(brim, id);
    expect((await read()).data.customer.balances).toEqual([{ remaining: '99' }]);
    await pushed.return();
  });

  it('and that rest are given up before anybody needs them', { timeout: patience(60_000) }, async (context) => {
    const { proxy, brim } = await openBehind(context);
    const id = await customerWith100('resting');
    await Promise.all([track(brim, { customerId: id, value: '0' }), brim.data('{ customer(id: "resting") { id } }')]);
    proxy.hush();
    await until(() => expect(proxy.silent()).toBe(0), 30_000);
    const [written, read] = await Promise.all([send(brim, id), brim.query('{ customer(id: "resting") { id } }')]);
    expect([written, read].map(codeOf)).toEqual([undefined, undefined]);
  });

  const processes = brimProcesses();
  it('keep no process from stopping in good order', { timeout: patience(90_000) }, async (context) => {
    const { proxy } = await openBehind(context);
    const id = await customerWith100('stopping');
    const child = await processes.start({ database: { url: proxy.url } });
    await track(child, { customerId: id, value: '0' });
    proxy.hush();
    const answer = send(child, id).catch(() => undefined);
    child.kill('SIGTERM');
    // A shutdown that is given up after 20 seconds ends with another code.
    expect(await child.exited).toEqual({ code: 0, signal: null });
    await answer;
  });
});
