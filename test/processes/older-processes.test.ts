/** Builds of different versions on one database: which of them start, migrate or wait. */
import pg from 'pg';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyMigrations, refuseNewerSchema } from '../../src/database/migrate.ts';
import { RUNNING_NAME, waitForOlderProcesses } from '../../src/database/older-processes.ts';
import { openBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';

const NEWER = '20991231000000_of_a_newer_build';
const MIGRATED_BY_NEWER = `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
  VALUES ('newer', 'of its text', '${NEWER}', now())`;
const processes = brimProcesses();
const databases: FreshDatabase[] = [];
let url: string;

beforeEach(async () => {
  const database = await freshDatabase();
  databases.push(database);
  url = database.url;
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

async function connected(name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

describe('a database with a migration that this build does not know', () => {
  const REFUSAL = new RegExp(
    `^DATABASE_URL: the database at .+:\\d+ was migrated by a newer Brim: it has ${NEWER}, .+Start the newer build`,
  );

  it('is refused, and stays as it is', async () => {
    await runOn(url, MIGRATED_BY_NEWER);
    await expect(applyMigrations(url)).rejects.toMatchObject({ name: 'StartError', message: expect.stringMatching(REFUSAL) });
    await expect(openBrim({ databaseUrl: url })).rejects.toThrow(REFUSAL);
    const refusal = await processes.start({ database: { url } }).catch(String);
    expect(refusal).toMatch(/ended with 1 instead of starting.+Brim could not start\. DATABASE_URL: .+ newer Brim/s);
  });

  it('is refused even if migrations of this build are missing, and even if the newer one failed', async () => {
    await runOn(url, `${MIGRATED_BY_NEWER}; UPDATE _prisma_migrations SET finished_at = NULL WHERE id = 'newer'`);
    await expect(applyMigrations(url)).rejects.toThrow(REFUSAL);
    await runOn(
      url,
      `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_token_revocation'; DROP TABLE token_revocation`,
    );
    await expect(applyMigrations(url)).rejects.toThrow(REFUSAL);
    expect(await runOn(url, `SELECT to_regclass('token_revocation') AS made`)).toEqual([{ made: null }]);
  });

  it('is refused by a process that started during the migration', async () => {
    const newer = await connected('newer');
    // The lock of a running migration.
    await newer.query('SELECT pg_advisory_lock(72707369)');
    let settled = false;
    const starting = refuseNewerSchema(url).finally(() => {
      settled = true;
    });
    const refused = expect(starting).rejects.toThrow(REFUSAL);
    await expect
      .poll(() => runOn(url, `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`))
      .toEqual([{ waiting: 1 }]);
    expect(settled).toBe(false);
    await newer.query(MIGRATED_BY_NEWER);
    await newer.query('SELECT pg_advisory_unlock(72707369)');
    await refused;
  });
});

describe('a newer build, beside an older process', () => {
  const ask = (sql: string) =>
    runOn(url, sql).then((rows) => ({ rows: rows.map(({ running }) => ({ running: Number(running) })) }));

  it('waits for its end, and says so', async () => {
    const brim = await openBrim({ databaseUrl: url });
    const said: string[] = [];
    const waiting = waitForOlderProcesses({ ask, pending: [NEWER], onWait: (sentence) => void said.push(sentence) });
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^1 older process of Brim runs on this database, which must not write beside .+ Waiting another \d+ s/,
    );
    await brim.close();
    await waiting;
  });

  it('migrates nothing if it stays, unless that is allowed', async () => {
    await connected(RUNNING_NAME);
    await runOn(url, `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_init'`);
    await expect(applyMigrations(url, { olderMs: 0 })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(/Stop them, then start this one: nothing was migrated\..+BRIM_MIGRATE_BESIDE_OLDER=true/),
    });
    await expect(applyMigrations(url, { besideOlder: true })).rejects.toThrow(/_init failed/);
  });

  it('does not wait where the older process may go on', async () => {
    await connected(RUNNING_NAME);
    await runOn(
      url,
      `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_token_revocation'; DROP TABLE token_revocation`,
    );
    const { applied } = await applyMigrations(url, { olderMs: 0 });
    expect(applied).toEqual([expect.stringMatching(/_token_revocation$/)]);
  });
});
