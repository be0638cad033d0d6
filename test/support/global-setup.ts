/**
 * One PostgreSQL for the whole run, with one database that has every migration and that test files
 * clone.
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
import { applyMigrations } from '../../src/database/migrate.ts';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
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
    await applyMigrations(withDatabase(server.adminUrl, templateName));
    if (process.env['BRIM_TEST_WITHOUT_NOTIFY']) await runOn(withDatabase(server.adminUrl, templateName), WITHOUT_NOTIFY);
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
      settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300' },
    });
    return { adminUrl: postgres.adminUrl, close: () => postgres.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
