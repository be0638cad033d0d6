/** A database of its own for a test file: every migration is in it, and no row. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { runOn, withDatabase } from './database-url.ts';

/** Run on a database, its writes notify nobody any more. */
export const WITHOUT_NOTIFY =
  'ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_notify; ALTER TABLE purchase DISABLE TRIGGER purchase_notify';

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
  const adminUrl = inject('adminUrl');
  const name = `brim_test_${randomBytes(8).toString('hex')}`;
  await runOn(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8' LOCALE 'C'`);
  return {
    url: withDatabase(adminUrl, name),
    async drop() {
      await runOn(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
