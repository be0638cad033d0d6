/** Raw statements on a real PostgreSQL: what goes in, what comes out, and what a failure means. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { OutcomeUnknownError, OverloadedError, UnavailableError, UnreadableError } from '../../src/values/errors.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url });
  await database.statements.write('CREATE TABLE noted (id int PRIMARY KEY)');
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const noted = async () => {
  const rows = await database.statements.read<{ id: number }>('SELECT id FROM noted ORDER BY id');
  return rows.map(({ id }) => id);
};

describe('values', () => {
  it('come out as the table of types says, whatever the time zone of the session', async () => {
    const moment = new Date('2026-03-29T01:30:00.123Z');
    const [row] = await database.statements.read<Record<string, unknown>>(
      `SELECT 7::int4 AS whole, 9007199254740993::int8 AS large, 0.1::float8 AS real,
         12345678901234567890.000000000001::numeric AS exact, true AS yes, NULL::int8 AS nothing,
         $1::timestamptz AT TIME ZONE 'UTC' AT TIME ZONE 'UTC' AS moment, '{"a":[1,null]}'::jsonb AS json,
         'USAGE'::"LedgerEntryKind" AS kind, '{1,NULL}'::int8[] AS larges, '{0.10,NULL}'::numeric[] AS exacts,
         '{t,f}'::bool[] AS booleans, '{a,"b,c",NULL}'::text[] AS texts, ARRAY[$1::timestamptz] AS moments, '{4}'::int4[] AS wholes`,
      [moment],
    );
    expect(row).toEqual({
      whole: 7,
      large: 9007199254740993n,
      real: 0.1,
      exact: '12345678901234567890.000000000001',
      yes: true,
      nothing: null,
      moment,
      json: { a: [1, null] },
      kind: 'USAGE',
      larges: [1n, null],
      exacts: ['0.10', null],
      booleans: [true, false],
      texts: ['a', 'b,c', null],
      moments: [moment],
      wholes: [4],
    });
  });

  it('go in as they are: text of any kind, lists, dates, null', async () => {
    const moment = new Date('0099-12-31T23:59:59.999Z');
    const texts = ['', 'NULL', '"', '\\', '{}', 'a,b', '\n', null];
    const given = [texts, 2n ** 63n - 1n, true, moment, null, [moment, null], [1n, -2n]];
    const [row] = await database.statements.read<Record<string, unknown>>(
      'SELECT $1::text[] AS a, $2::int8 AS b, $3::bool AS c, $4::timestamptz AS d, $5::text AS e, $6::timestamptz[] AS f, $7::int8[] AS g',
      given,
    );
    expect(Object.values(row ?? {})).toEqual(given);
  });

  it('are not read by the session’s time zone', async () => {
    const other = openDatabase({ url: fresh.url, poolSize: 1 });
    onTestFinished(() => other.close());
    await other.statements.read("SELECT set_config('TimeZone', 'America/St_Johns', false)");
    const moment = new Date('2026-07-01T00:00:00.000Z');
    expect(await other.statements.read('SELECT $1::timestamptz AS at', [moment])).toEqual([{ at: moment }]);
  });
});

it('a statement is prepared once for each connection, under one name', async () => {
  const one = openDatabase({ url: fresh.url, poolSize: 1 });
  onTestFinished(() => one.close());
  for (let turn = 0; turn < 3; turn += 1) await one.statements.read('SELECT $1::int4 AS turn', [turn]);
  const prepared = await one.statements.read(
    `SELECT name, generic_plans + custom_plans AS plans FROM pg_prepared_statements WHERE statement = 'SELECT $1::int4 AS turn'`,
  );
  expect(prepared).toEqual([{ name: expect.stringMatching(/^brim_\d+$/), plans: 3n }]);
});

it('statements of ever new texts are not prepared for ever, and take no names from other databases', async () => {
  const [varied, other] = [1, 1].map((poolSize) => openDatabase({ url: fresh.url, poolSize })) as [Database, Database];
  onTestFinished(async () => {
    await Promise.all([varied.close(), other.close()]);
  });
  const COUNT = 'SELECT count(*)::int AS prepared FROM pg_prepared_statements';
  for (let text = 0; text < 410; text += 1) await varied.statements.read(`SELECT ${text} AS text`);
  expect(await varied.statements.read(COUNT)).toEqual([{ prepared: 400 }]);
  await other.statements.read('SELECT 1 AS text');
  expect(await other.statements.read(COUNT)).toEqual([{ prepared: 2 }]);
});

describe('a failure', () => {
  it('that is the statement’s own mistake reaches its caller as it is, and nothing was done', async () => {
    const wrong = database.statements.write('INSERT INTO noted SELECT * FROM unnest($1::int4[])', [[1, 2, 1]]);
    await expect(wrong).rejects.toMatchObject({ code: '23505' });
    expect(await noted()).toEqual([]);
  });

  it('to get a connection: nothing was done, nothing could be read', async () => {
    const { url, drop } = await freshDatabase();
    await drop();
    const gone = openDatabase({ url });
    onTestFinished(() => gone.close());
    await expect(gone.statements.write('SELECT 1')).rejects.toBeInstanceOf(UnavailableError);
    await expect(gone.statements.read('SELECT 1')).rejects.toBeInstanceOf(UnreadableError);
  });

  it('to find a free connection is an overload', async () => {
    const full = openDatabase({ url: fresh.url, poolSize: 1, waitMs: 500 });
    const holding = full.statements.read('SELECT pg_sleep(2)::text');
    onTestFinished(async () => {
      await holding;
      await full.close();
    });
    await expect(full.statements.write('SELECT 1')).rejects.toBeInstanceOf(OverloadedError);
    await expect(full.statements.read('SELECT 1')).rejects.toBeInstanceOf(OverloadedError);
  });

  it.each([
    ['arrived', true, [10]],
    ['was lost', false, []],
  ] as const)(
    'of the connection, when what was written %s: the outcome is unknown',
    async (_, arrives, ids) => {
      const proxy = await openPostgresProxy(fresh.url);
      const proxied = openDatabase({ url: proxy.url, poolSize: 1 });
      onTestFinished(async () => {
        await proxied.close();
        await proxy.close();
        await database.statements.write('DELETE FROM noted');
      });
      await proxied.statements.read('SELECT 1');
      // For the test's sake: silence counts after two seconds.
      proxied.hurry();
      const hushed = proxy.hushNext({ at: /INSERT INTO noted/, arrives });
      const written = proxied.statements.write('INSERT INTO noted VALUES ($1)', [10]);
      written.catch(() => undefined);
      await hushed;
      await expect(written).rejects.toBeInstanceOf(OutcomeUnknownError);
      expect(await noted()).toEqual(ids);
      // The next statement gets a connection of its own.
      await vi.waitFor(async () => expect(await proxied.statements.read('SELECT 1 AS one')).toEqual([{ one: 1 }]), {
        timeout: patience(5_000),
      });
    },
    patience(30_000),
  );

  it('of a connection during a read says nothing about writes', async () => {
    const ended = database.statements.read('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(ended).rejects.toBeInstanceOf(UnreadableError);
    expect(await database.statements.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

it('the end of an idle connection is no failure: the next statement gets another', async () => {
  const idle = openDatabase({ url: fresh.url, poolSize: 1 });
  onTestFinished(() => idle.close());
  const [row] = await idle.statements.read<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = row?.pid ?? 0;
  await database.statements.read('SELECT pg_terminate_backend($1)', [pid]);
  // Ends once the connection has heard of it: the server says so first, and then goes.
  await vi.waitFor(
    async () => expect(await database.statements.read('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).toEqual([]),
    { timeout: patience(5_000) },
  );
  await database.statements.read('SELECT pg_sleep(0.1)::text');
  expect(await idle.statements.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('a wait for a lock ends after some seconds: nothing was done', { timeout: patience(30_000) }, async () => {
  await database.statements.write('INSERT INTO noted VALUES (1)');
  const holder = new pg.Client({ connectionString: fresh.url });
  await holder.connect();
  await holder.query('BEGIN; SELECT 1 FROM noted WHERE id = 1 FOR UPDATE');
  const waits = database.statements.write('UPDATE noted SET id = 2 WHERE id = 1');
  await expect(waits).rejects.toBeInstanceOf(UnavailableError);
  await holder.end();
  expect(await noted()).toEqual([1]);
});
