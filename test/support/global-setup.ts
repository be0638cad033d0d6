/**
 * One PostgreSQL for the whole run, with one database that test files clone. It has every migration
 * and the sandbox's tables.
 *
 * It is an embedded server of the run's own in a temporary folder, which may lose everything in a
 * power cut and is gone afterwards; or, where TEST_DATABASE_URL is set, that server, on which only
 * databases named brim_test_… are made.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { ensurePrismaClient } from '../../scripts/prisma-client.mjs';
import { openDatabase } from '../../src/database/database.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { createSandboxTables } from '../../src/stripe/sandbox/store/records.ts';
import { runOn, withDatabase } from './database-url.ts';
import { WITHOUT_NOTIFY } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * A database of the test server to which nobody connects for long: databases are made and
     * dropped from it.
     */
    adminUrl: string;
    /** The name of the migrated database. */
    templateName: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await prepare();
  project.onTestsRerun(prepare);
  const server = await openServer(process.env['TEST_DATABASE_URL']);
  try {
    const templateName = `brim_test_template_${randomBytes(6).toString('hex')}`;
    await runOn(server.adminUrl, `CREATE DATABASE ${templateName} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    await fillTemplate(withDatabase(server.adminUrl, templateName));
    project.provide('adminUrl', server.adminUrl);
    project.provide('templateName', templateName);
    return async () => {
      await runOn(server.adminUrl, `DROP DATABASE ${templateName} WITH (FORCE)`);
      await server.close();
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * The Prisma client, which tests import, and dist/, from which they start processes and read the
 * page.
 */
async function prepare(): Promise<void> {
  ensurePrismaClient();
  ensureBuild();
}

/**
 * Otherwise every Brim of a test would make the sandbox's tables, which costs more than the rest of
 * its start.
 */
async function fillTemplate(url: string): Promise<void> {
  await applyMigrations(url);
  const database = openDatabase({ url });
  await createSandboxTables(database).finally(() => database.close());
  if (process.env['BRIM_TEST_WITHOUT_NOTIFY']) await runOn(url, WITHOUT_NOTIFY);
}

interface TestServer {
  readonly adminUrl: string;
  close(): Promise<void>;
}

async function openServer(givenUrl: string | undefined): Promise<TestServer> {
  if (givenUrl) return { adminUrl: givenUrl, close: async () => undefined };
  const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-test-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const postgres = await openEmbeddedPostgres({
      dataDir,
      log: () => undefined,
      settings: { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', max_connections: '300' },
    });
    await cheapenPassword(postgres.adminUrl);
    return { adminUrl: postgres.adminUrl, close: () => postgres.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Both sides compute 4,096 hashes for each of some thousand connections otherwise. */
async function cheapenPassword(adminUrl: string): Promise<void> {
  const { username, password } = new URL(adminUrl);
  await runOn(adminUrl, `SET scram_iterations TO 1; ALTER ROLE ${username} PASSWORD '${password}'`);
}
