import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFile } from '../../src/commands/import.ts';
import { verify } from '../../src/commands/verify.ts';
import { run } from '../commands/run.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createFeature } from '../support/shop.ts';
import { until } from '../support/witness.ts';

const HOUR = '2026-01-01T10:00:00Z';
/** The most of one request. The program sends them as two. */
const ROWS = 1_000;
const IMPORT = `mutation ($rows: [ImportRowInput!]!) { importBalances(input: { rows: $rows }) {
  ... on ImportBalancesSuccess { imported replayed refused { message } } ... on Error { message } } }`;

/** Who imports, and who is asked, are killed with SIGKILL while rows are written. */
describe('kill -9 in the middle of an import', () => {
  const shop = openSharedShop();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'brim-import-kill-'));
    await createFeature(shop.here, 'words');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Openings above, at and below zero, each with an hour of the past. */
  const openingOf = (index: number) => (index % 10) - 3;
  const usedBy = (index: number) => (index % 7) + 1;
  async function fileOf(name: string): Promise<string> {
    const lines = Array.from(
      { length: ROWS },
      (_, index) => `${name}-${index},words,${openingOf(index)},${HOUR},${usedBy(index)}`,
    );
    const file = path.join(folder, `${name}.csv`);
    await writeFile(file, ['customerId,featureId,remaining,hour,usage', ...lines].join('\n'));
    return file;
  }
  async function written(name: string): Promise<number> {
    const rows = await shop.sql.rows<{ n: number }>(`SELECT count(*)::int AS n FROM command WHERE customer_id LIKE $1`, [
      `${name}-%`,
    ]);
    return rows[0]?.n ?? 0;
  }

  /** Every row of the file is in the tables once, with the customer whom it made. */
  async function expectEachOnce(name: string): Promise<void> {
    const found = await shop.sql.rows<{ index: number; remaining: number; openings: number; used: number; hours: number }>(
      `SELECT split_part(c.id, '-', 2)::int AS index, coalesce(b.remaining, 0)::float8 AS remaining,
         (SELECT count(*)::int FROM ledger_entry e WHERE e.customer_id = c.id AND e.feature_id = 'words') AS openings,
         (SELECT sum(u.amount)::float8 FROM usage_hour u WHERE u.customer_id = c.id) AS used,
         (SELECT count(*)::int FROM usage_hour u WHERE u.customer_id = c.id) AS hours
       FROM customer c LEFT JOIN balance b ON b.customer_id = c.id AND b.feature_id = 'words'
       WHERE c.id LIKE $1 ORDER BY 1`,
      [`${name}-%`],
    );
    expect(found).toEqual(
      Array.from({ length: ROWS }, (_, index) => {
        return { index, remaining: openingOf(index), openings: 1, used: usedBy(index), hours: 1 };
      }),
    );
    expect((await run(verify, { DATABASE_URL: shop.databaseUrl })).code).toBe(0);
  }

  it('the program that imports: the same file again imports what is missing, and no row twice', async () => {
    const file = await fileOf('program');
    const program = spawn(process.execPath, ['dist/server/main.js', 'import', file, '--url', shop.there.url], {
      env: { PATH: process.env['PATH'], BRIM_SECRET_KEY: TEST_KEY },
      stdio: 'ignore',
    });
    const exited = once(program, 'exit');
    await until(async () => expect(await written('program')).toBeGreaterThan(ROWS / 2), 30_000);
    program.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    const { code, lines } = await run((context) => importFile(context, file, { url: shop.there.url }), {
      BRIM_SECRET_KEY: TEST_KEY,
    });
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [expect.stringMatching(/^Imported \d+ rows, [1-9]\d+ were there already, 0 /)],
    });
    await expectEachOnce('program');
  });

  it('Brim itself: the same request at another process imports the rest', async () => {
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const usage = [{ hour: HOUR, amount: usedBy(index) }];
      const remaining = String(openingOf(index));
      return { customerId: `server-${index}`, featureId: 'words', remaining, usage, idempotencyKey: 'opening' };
    });
    const importAt = async ({ data }: Pick<TestBrim, 'data'>) =>
      (await data(IMPORT, { rows })).importBalances as { imported: number; replayed: number; refused: readonly unknown[] };
    const unanswered = expect(importAt(shop.there)).rejects.toThrow('fetch failed');
    await until(async () => expect(await written('server')).toBeGreaterThan(0), 30_000);
    shop.there.kill();
    await unanswered;
    const replayed = await written('server');
    expect(replayed).toBeLessThan(ROWS);
    expect(await importAt(shop.here)).toEqual({ imported: ROWS - replayed, replayed, refused: [] });
    await expectEachOnce('server');
  });
});
