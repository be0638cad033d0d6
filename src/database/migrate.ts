/**
 * Brings a database to the newest migration of prisma/migrations.
 *
 * It keeps the same `_prisma_migrations` table as `prisma migrate deploy` and takes the same lock,
 * so either may be used after the other. Unlike Prisma, it applies a migration and writes its row
 * in one transaction: a failed or killed migration leaves nothing behind. (Prisma's engine marks
 * such a migration as failed and refuses from then on. @prisma/adapter-pg, which it would use here,
 * splits scripts at every semicolon, even inside a function.)
 *
 * Any number of processes may call it at once: one migrates, the others wait and find nothing to
 * do. It refuses, by name, a migration that was changed after it ran, one that Prisma's command
 * line left as failed, and a database with migrations that this build does not know, where this
 * build's writes would be wrong.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { PACKAGE_FOLDER } from '../platform/package-folder.ts';
import { StartError } from '../platform/start-error.ts';
import { waitForOlderProcesses } from './older-processes.ts';
import { connectAtStart, placeOf, type StartupConnection, toStartError } from './startup-connection.ts';

const MIGRATIONS_DIR = path.join(PACKAGE_FOLDER, 'prisma/migrations');
/** The advisory lock of Prisma's schema engine. */
const LOCK = 72707369;

export interface MigrateOptions extends Omit<StartupConnection, 'url'> {
  /** Migrates even if older processes run, or seem to. */
  readonly besideOlder?: boolean;
  /** How long to wait for older processes to end. */
  readonly olderMs?: number;
}

/**
 * @returns the names of the migrations that were applied now, oldest first.
 * @throws StartError where an operator can solve the problem.
 */
export async function applyMigrations(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  const client = await connectAtStart({ url, ...options });
  try {
    const known = await readHistory(client);
    refuseUnknown(migrations, known, url, options);
    if (migrations.every((migration) => known.some((run) => run.finished && isRunOf(run, migration)))) {
      return { applied: [] };
    }
    const applied: string[] = [];
    for (;;) {
      const name = await applyNext(client, migrations, url, options);
      if (name === undefined) return { applied };
      applied.push(name);
    }
  } catch (error) {
    throw toStartError(error, { url, ...options });
  } finally {
    await client.end();
  }
}

/**
 * Waits for a running migration of another process.
 * @throws StartError where the database then has migrations that this build does not know.
 */
export async function refuseNewerSchema(url: string, options: MigrateOptions = {}): Promise<void> {
  await compare(url, options, () => undefined);
}

/** The same, and returns the names of the migrations that the database lacks, oldest first. */
export async function findPending(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  return (await compare(url, options, pendingOf)).map(({ name }) => name);
}

/** For who does not migrate. @throws StartError where the database lacks a migration. */
export async function refusePending(url: string, options: MigrateOptions = {}): Promise<void> {
  const pending = await findPending(url, options);
  if (pending.length === 0) return;
  const migrations = pending.length === 1 ? 'a migration' : `${pending.length} migrations`;
  throw new StartError(
    `${options.variable ?? 'DATABASE_URL'}: the database at ${placeOf(url)} lacks ${migrations} of this build: ${pending.join(', ')}. Run "brim migrate" first.`,
  );
}

/** Compares migrations and history while no other process migrates. */
async function compare<Result>(
  url: string,
  options: MigrateOptions,
  look: (migrations: readonly Migration[], history: readonly MigrationRun[]) => Result,
): Promise<Result> {
  const client = await connectAtStart({ url, ...options });
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
    const [migrations, history] = [await readMigrations(), await readHistory(client)];
    refuseUnknown(migrations, history, url, options);
    await client.query('COMMIT');
    return look(migrations, history);
  } finally {
    await client.end();
  }
}

interface Migration {
  /** The name of its folder. */
  readonly name: string;
  readonly sql: string;
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(MIGRATIONS_DIR, name, 'migration.sql'), 'utf8');
      return { name, sql: sql.replaceAll('\r\n', '\n') };
    }),
  );
}

/** One run of a migration, from the database. */
interface MigrationRun {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
  readonly logs: string | null;
}

const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

async function readHistory(client: pg.Client): Promise<MigrationRun[]> {
  const table = await client.query<{ found: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`);
  if (table.rows[0]?.found !== true) return [];
  const { rows } = await client.query<MigrationRun>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, logs
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function isRunOf(run: MigrationRun, { name, sql }: Migration): boolean {
  // Prisma's checksum covers the file as it was checked out, which may have had Windows line ends.
  const texts = [sql, sql.replaceAll('\n', '\r\n')];
  return run.name === name && texts.some((text) => checksumOf(text) === run.checksum);
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refuseUnknown(
  migrations: readonly Migration[],
  history: readonly MigrationRun[],
  url: string,
  { variable = 'DATABASE_URL' }: MigrateOptions,
): void {
  const unknown = history.map(({ name }) => name).filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length === 0) return;
  throw new StartError(
    `${variable}: the database at ${placeOf(url)} was migrated by a newer Brim: it has ${unknown.join(', ')}, which this build does not know, and what this build writes there would be wrong. Start the newer build. To go back, restore a backup from before.`,
  );
}

/** Reads under the lock, so an unfinished run will never finish. */
function pendingOf(migrations: readonly Migration[], history: readonly MigrationRun[]): Migration[] {
  const failed = history.find((run) => !run.finished);
  if (failed) {
    throw new Error(
      `The migration ${failed.name} was begun and did not finish: ${failed.logs ?? 'its process died'}\nOnce the database is as it was before, say so with: npx prisma migrate resolve --rolled-back ${failed.name}`,
    );
  }
  return migrations.filter((migration) => {
    const run = history.find(({ name }) => name === migration.name);
    if (run && !isRunOf(run, migration)) {
      throw new Error(
        `The migration ${migration.name} was changed after this database had run it. Restore its text and put the change into a new migration; a database that may be lost can be deleted instead.`,
      );
    }
    return run === undefined;
  });
}

/**
 * Applies the oldest missing migration. The lock belongs to its transaction and not to the session,
 * because a pooler gives the session to others.
 * @returns its name; undefined where none is missing.
 */
async function applyNext(
  client: pg.Client,
  migrations: readonly Migration[],
  url: string,
  options: MigrateOptions,
): Promise<string | undefined> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
    await client.query(HISTORY_TABLE);
    const history = await readHistory(client);
    refuseUnknown(migrations, history, url, options);
    const [next] = pendingOf(migrations, history);
    if (next && history.length > 0 && !options.besideOlder)
      await waitForOlderProcesses({
        ask: (sql) => askAfresh(client, sql),
        pending: [next.name],
        waitMs: options.olderMs,
        onWait: options.onWait,
      });
    await (next ? applyMigration(client, next) : client.query('COMMIT'));
    return next?.name;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Postgres otherwise reads pg_stat_activity only once in a transaction. */
async function askAfresh(client: pg.Client, sql: string): Promise<pg.QueryResult<{ running: number }>> {
  await client.query('SELECT pg_stat_clear_snapshot()');
  return client.query(sql);
}

/** Runs in an open transaction, and commits it. */
async function applyMigration(client: pg.Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksumOf(sql), name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    const place = cause instanceof pg.DatabaseError ? lineOf(sql, Number(cause.position)) : '';
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The migration ${name} failed${place}, and nothing of it was kept: ${message}`, { cause });
  }
}

function lineOf(sql: string, position: number): string {
  return Number.isNaN(position) ? '' : ` at line ${sql.slice(0, position).split('\n').length}`;
}
