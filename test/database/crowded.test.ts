/** A full pool, and statements that the server cancels, with a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase, reading } from '../../src/database/database.ts';
import type { TestBrim } from '../support/brim.ts';
import { freshDatabase } from '../support/postgres.ts';
import { balanceOf, createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';

it('a read and a write that find no free connection are refused as OVERLOADED, and are not done', async () => {
  const { url, drop } = await freshDatabase();
  const database = openDatabase({ url, poolSize: 1, waitMs: 1_500 });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const { client } = database;
  await client.$executeRaw`CREATE TABLE done (it text)`;
  let isHeld = false;
  // Longer than any wait for a connection.
  const holding = database
    .transaction(async (transaction) => {
      isHeld = true;
      await transaction.$queryRaw`SELECT pg_sleep(4)::text`;
    })
    .catch(() => undefined);
  await vi.waitFor(() => expect(isHeld).toBe(true));
  const read = reading(() => client.$queryRaw`SELECT 1 AS one`);
  const write = database.transaction((transaction) => transaction.$executeRaw`INSERT INTO done VALUES ('it')`);
  const [refusedRead, refusedWrite] = await Promise.all([read, write].map((each) => each.catch((error: unknown) => error)));
  expect(refusedRead).toMatchObject({ code: 'OVERLOADED', retryable: true, message: expect.stringMatching(/could not be read/) });
  expect(refusedWrite).toMatchObject({ code: 'OVERLOADED', retryable: true, message: expect.stringMatching(/Nothing was done/) });
  for (const refused of [refusedRead, refusedWrite]) expect(String(refused)).not.toMatch(/cannot be reached/);
  await holding;
  expect(await reading(() => client.$queryRaw`SELECT * FROM done`)).toEqual([]);
});

describe('a statement that the server canceled (57014)', () => {
  let brim: TestBrim;
  let session: pg.Client;
  beforeAll(async () => {
    brim = await openShop();
    await createCustomer(brim, 'ada');
    session = new pg.Client({ connectionString: brim.databaseUrl });
    await session.connect();
  });
  afterAll(async () => {
    await session.end();
    await brim.close();
  });

  /**
   * Runs the work while the table is locked, and cancels each statement that waits for the lock.
   */
  async function whileGivenUp<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
    await session.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    let over = false;
    const answered = work().finally(() => {
      over = true;
    });
    while (!over) {
      await session.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()`,
      );
    }
    await session.query('ROLLBACK');
    return answered;
  }

  it('of a read is coded and retryable', async () => {
    const ask = () =>
      brim.query(`{ customer(id: "ada") { usage(featureId: "${MESSAGES}", from: "2026-01-01T00:00:00Z",
        to: "2026-01-02T00:00:00Z", bucket: DAY) { usage } } }`);
    const { errors } = await whileGivenUp('usage_hour', ask);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/took too long.*could not be read/),
        extensions: { code: 'UNAVAILABLE', retryable: true },
      },
    ]);
    expect((await ask()).errors).toBeUndefined();
  });

  it('of a write is coded and retryable, and nothing was done', async () => {
    const use = () => brim.query(`mutation { track(input: { customerId: "ada", featureId: "${MESSAGES}" }) { __typename } }`);
    const before = await balanceOf(brim, 'ada');
    const { errors } = await whileGivenUp('balance', use);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('Nothing was done'), extensions: { code: 'UNAVAILABLE', retryable: true } },
    ]);
    expect(await balanceOf(brim, 'ada')).toEqual(before);
    expect(await track(brim, { customerId: 'ada' })).toMatchObject({ __typename: 'TrackSuccess' });
  });
});
