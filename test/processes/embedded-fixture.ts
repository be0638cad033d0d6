/** Embedded servers below a folder of a test's own. */
import { chmod, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';

/** A new folder that PostgreSQL's user can enter. */
export async function makeBaseDir(): Promise<string> {
  const baseDir = await mkdtemp(path.join(tmpdir(), 'brim-embedded-'));
  await chmod(baseDir, 0o755);
  return baseDir;
}

/** Opens a data folder. What root keeps elsewhere goes to `shared` below the base folder. */
export function openIn(
  baseDir: string,
  dataDir: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({ log: () => undefined, ...options, dataDir, sharedDir: path.join(baseDir, 'shared') });
}

/** True while a server uses the data folder. */
export function isServedIn(dataDir: string): Promise<boolean> {
  return stat(path.join(dataDir, 'postgres', 'postmaster.pid')).then(
    () => true,
    () => false,
  );
}

/** The rows of one statement, over a connection of its own. */
export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query(sql);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end();
  }
}
