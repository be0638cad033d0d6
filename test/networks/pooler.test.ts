/**
 * Behind a transaction pooler, as hosted databases have one: everything works, and LISTEN has a way
 * of its own or says that it is deaf.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../../src/database/migrate.ts';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { hasPgbouncer, openPgbouncer, type Pgbouncer } from '../support/pgbouncer.ts';
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { attach, balanceOf, createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { expectSound, openSql, until } from '../support/witness.ts';

const CHANGES = 'subscription ($id: ID!) { balanceChanged(customerId: $id) { sequence balance { remaining } } }';

describe.runIf(hasPgbouncer())('behind pgbouncer in transaction mode', () => {
  const processes = brimProcesses();
  let database: FreshDatabase;
  let pooler: Pgbouncer;
  /** Reaches the database without the pooler. */
  let other: TestBrim;

  beforeAll(async () => {
    database = await emptyDatabase();
    pooler = await openPgbouncer(database.url);
    const runs = await Promise.all([1, 2, 3].map(() => applyMigrations(pooler.url)));
    expect(runs.filter(({ applied }) => applied.length > 0)).not.toHaveLength(0);
    other = await openShop({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await processes.end();
    await other?.close();
    await pooler?.close();
    await database?.drop();
  });

  async function customerWith100(id: string): Promise<string> {
    await createCustomer(other, id);
    await grant(other, { customerId: id, amount: '90' });
    return id;
  }

  const readiness = async ({ url }: { url: string }) => (await fetch(`${url}/ready`)).json();

  it('migrations run once, however many processes start, and leave no lock behind', async () => {
    expect(await applyMigrations(pooler.url)).toEqual({ applied: [] });
    const sql = await openSql(database.url);
    expect(
      await sql.rows(
        `SELECT count(*)::int AS locks FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
      ),
    ).toEqual([{ locks: 0 }]);
    await sql.close();
  });

  it('writes, reads and purchases work, exactly, with fewer connections to the server than askers', async () => {
    const brim = await openBrim({ databaseUrl: pooler.url, config: { databaseDirectUrl: database.url } });
    const id = await customerWith100('many-at-once');
    await attach(brim, { customerId: id, planId: 'top_up', featureQuantities: [{ featureId: MESSAGES, quantity: '100' }] });
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await track(index % 3 === 0 ? other : brim, { customerId: id, value: '1', idempotencyKey: `use-${index}` });
        await balanceOf(brim, id);
      }),
    );
    expect(await balanceOf(brim, id)).toMatchObject({ remaining: '40' });
    const sql = await openSql(database.url);
    await expectSound(sql, id);
    await sql.close();
    await brim.close();
  });

  it.concurrent('with DATABASE_DIRECT_URL what others commit is pushed at once, and /ready says ready', {
    timeout: patience(60_000),
  }, async () => {
    const brim = await openBrim({ databaseUrl: pooler.url, config: { databaseDirectUrl: database.url } });
    const id = await customerWith100('heard');
    const pushed = subscribe(brim.socket(), CHANGES, { id });
    await take(pushed, 1);
    await track(other, { customerId: id, value: '1' });
    expect(await take(pushed, 1)).toMatchObject([{ balanceChanged: { balance: { remaining: '99' } } }]);
    await untilTwoWordsOfEach(database.url);
    expect(await readiness(brim)).toEqual({ status: 'ready' });
    await pushed.return();
    await brim.close();
  });

  it.concurrent('without it the process reports lost notifications, and still pushes what others commit', {
    timeout: patience(60_000),
  }, async () => {
    const brim = await processes.start({ database: { url: pooler.url } });
    const id = await customerWith100('unheard');
    const pushed = subscribe(brim.socket(), CHANGES, { id });
    await take(pushed, 1);
    await until(
      async () =>
        expect(await readiness(brim)).toEqual({
          status: 'degraded',
          reasons: [expect.stringMatching(/pooler.+Set DATABASE_DIRECT_URL/)],
        }),
      30_000,
    );
    expect(brim.output()).toMatch(/"level":50.+DATABASE_DIRECT_URL/);
    for (const remaining of ['99', '98', '97']) {
      await track(other, { customerId: id, value: '1' });
      expect(await take(pushed, 1)).toMatchObject([{ balanceChanged: { balance: { remaining } } }]);
    }
    await pushed.return();
  });
});

/** Each process that listens to the database itself has then found out whether it hears. */
async function untilTwoWordsOfEach(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ query: string }>(
    `SELECT query FROM pg_stat_activity WHERE application_name = 'brim feed' AND datname = current_database()`,
  );
  const channels = rows.flatMap(({ query }) => query.match(/brim_word_\w+/g) ?? []);
  expect(channels).toHaveLength(2);
  const words: string[] = [];
  client.on('notification', ({ channel }) => words.push(channel));
  for (const channel of channels) await client.query(`LISTEN ${channel}`);
  const countOf = (channel: string) => words.filter((each) => each === channel).length;
  await until(() => expect(Math.min(...channels.map(countOf))).toBeGreaterThan(1), 30_000);
  await client.end();
}
