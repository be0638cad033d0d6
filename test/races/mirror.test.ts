/**
 * The copy of docs/mirroring-balances.md, with a database of its own: its process and Brim's are
 * killed and started again, while customers come, buy and use.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { blocksOf } from '../support/pages.ts';
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts';
import { endProgram } from '../support/programs.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, track } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Within the project, so that its packages are found. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/brim-docs-mirror');
const KILLS = isLong ? 20 : 3;
const RESTARTS = isLong ? 5 : 1;

/**
 * The program of the app: the page's code, with the page's SQL for its store, and a log of what
 * came.
 */
const PROGRAM = `
  import pg from 'pg';
  import { mirror } from './mirror.ts';
  const client = new pg.Client(process.env.STORE);
  await client.connect();
  const [keep, advance] = JSON.parse(process.env.STATEMENTS);
  await mirror({
    cursor: async () => (await client.query('SELECT cursor FROM mirror')).rows[0]?.cursor ?? null,
    async save(rows, cursor) {
      const isChange = (await client.query('SELECT FROM mirror')).rows.length > 0;
      await client.query('BEGIN');
      for (const { customerId, featureId, remaining, version } of rows) {
        await client.query(keep, [customerId, featureId, remaining, version]);
        if (isChange) await client.query('INSERT INTO came VALUES ($1, $2)', [customerId, version]);
      }
      if (cursor !== null) await client.query(advance, [cursor]);
      await client.query('COMMIT');
    },
  }, new AbortController().signal);`;

describe('a copy of all balances', () => {
  const shop = openSharedShop();
  const children: ChildProcess[] = [];
  let database: FreshDatabase;
  let store: Sql;
  let statements: readonly string[];

  beforeAll(async () => {
    database = await emptyDatabase();
    store = await openSql(database.url);
    const page = await readFile(path.join(ROOT, 'docs/mirroring-balances.md'), 'utf8');
    const [tables = '', ...others] = blocksOf(page, 'sql');
    statements = others;
    await store.rows(`${tables}; CREATE TABLE came (customer_id text, sequence bigint)`);
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    for (const [, name, code = ''] of page.matchAll(/```ts (\w+)\n([\s\S]*?)```/g)) {
      const source = code
        .replaceAll("'@brim/client/server'", `'${ROOT}/packages/client/src/server/index.ts'`)
        .replace("'https://brim.example'", 'process.env.BRIM_URL')
        .replace('brim_sk_…', TEST_KEY);
      await writeFile(path.join(FOLDER, `${name}.ts`), source);
    }
    await writeFile(path.join(FOLDER, 'main.ts'), PROGRAM);
    await writeFile(path.join(FOLDER, 'package.json'), '{"type":"module"}');
  });
  afterAll(async () => {
    await Promise.all(children.map(endProgram));
    await store.close();
    await database.drop();
    await rm(FOLDER, { recursive: true, force: true });
  });

  function startMirror(url: string): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(FOLDER, 'main.ts')], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], BRIM_URL: url, STORE: database.url, STATEMENTS: JSON.stringify(statements) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  }

  const cursor = async () => (await store.rows<{ cursor: string }>('SELECT cursor FROM mirror'))[0]?.cursor;
  const BALANCES = `SELECT customer_id, feature_id, remaining::float8, version::int FROM`;
  const ORDER = 'ORDER BY customer_id, feature_id';

  it('is equal to Brim at the end, and got each change once, however often both were killed under load', {
    timeout: patience(isLong ? 600_000 : 90_000),
  }, async () => {
    const { here, processes } = shop;
    let brim = shop.there;
    const { url } = brim;
    const env = { PORT: new URL(url).port };
    await Promise.all(['a', 'b', 'c'].map((id) => createCustomer(here, id)));

    let isLoaded = true;
    const load = Promise.all(
      ['a', 'b', 'c'].map(async (customerId, place) => {
        for (let turn = 0; isLoaded; turn += 1) {
          await track(here, { customerId });
          if (turn % 5 === place) await grant(here, { customerId, amount: '7' });
          if (turn % 20 === place) await createCustomer(here, `${customerId}-${turn}`);
        }
      }),
    );

    let child = startMirror(url);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = await cursor();
      await until(async () => expect(await cursor()).not.toBe(before), 30_000);
      await endProgram(child);
      child = startMirror(url);
      if (kill % Math.floor(KILLS / RESTARTS) > 0) continue;
      brim.kill();
      await brim.exited;
      brim = await processes.start({ database: { url: shop.databaseUrl }, env });
      // Its own retries may have ended while Brim was away: whoever runs an app starts it again.
      if (child.exitCode !== null) child = startMirror(url);
    }
    isLoaded = false;
    await load;

    const all = await shop.sql.rows(`${BALANCES} balance ${ORDER}`);
    await until(async () => expect(await store.rows(`${BALANCES} mirrored_balance ${ORDER}`)).toEqual(all), 60_000);
    const came = await store.rows<{ customer_id: string; sequences: number[] }>(
      'SELECT customer_id, array_agg(sequence::int) AS sequences FROM came GROUP BY customer_id',
    );
    expect(came.length).toBeGreaterThan(3);
    for (const { customer_id, sequences } of came) {
      const [first = 0] = sequences;
      expect(sequences, customer_id).toEqual(sequences.map((_, index) => first + index));
    }
    await endProgram(child);
  });
});
