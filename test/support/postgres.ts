/**
 * A database of its own for a test file: every migration and the sandbox's tables are in it, and no
 * row.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { withDatabase } from './database-url.ts';

/** Run on a database, its writes notify nobody any more. */
export const WITHOUT_NOTIFY = `
  CREATE OR REPLACE FUNCTION brim_notify_entries(customer_ids text[], sequences bigint[]) RETURNS void LANGUAGE sql AS '';
  ALTER TABLE purchase DISABLE TRIGGER purchase_notify`;

export interface FreshDatabase {
  readonly url: string;
  /** Drops it, even while others are connected. */
  drop(): Promise<void>;
}

export function freshDatabase(): Promise<FreshDatabase> {
  return createDatabase(inject('templateName'));
}

/** A database without any table, for tests of the migrations themselves. */
export function emptyDatabase(): Promise<FreshDatabase> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<FreshDatabase> {
  const name = `brim_test_${randomBytes(8).toString('hex')}`;
  // The template is small and has no connections: its files are copied faster than logged. The
  // copy has the file of PostgreSQL's that spares the first connections a reading of the catalog.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8' LOCALE 'C' STRATEGY FILE_COPY`);
  return {
    url: withDatabase(inject('adminUrl'), name),
    drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Test files share a process, and each makes and drops databases on the same connection. */
let administrator: Promise<pg.Client> | undefined;

async function administer(sql: string): Promise<void> {
  administrator ??= connectAdministrator().catch((error: unknown) => {
    administrator = undefined;
    throw error;
  });
  await (await administrator).query(sql);
}

async function connectAdministrator(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: inject('adminUrl'), application_name: 'brim tests' });
  // An 'error' event without a listener ends the process. The next statement connects again.
  client.on('error', () => undefined);
  client.on('end', () => {
    administrator = undefined;
  });
  await client.connect();
  return client;
}
