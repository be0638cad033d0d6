/**
 * The role as which Brim works in its embedded server: in new folders, and in those from the time
 * of one role.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../../src/database/migrate.ts';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { runOn, withDatabase } from '../support/database-url.ts';

let dataDir: string;
let postgres: EmbeddedPostgres;
const open = () => openEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'brim-role-'));
  await chmod(dataDir, 0o755);
  postgres = await open();
});
afterAll(async () => {
  await postgres?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const RIGHTS = `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = current_user`;
const MEMBERSHIPS = `SELECT FROM pg_auth_members WHERE pg_get_userbyid(member) = current_user`;
const OWNERS = `
  SELECT DISTINCT pg_get_userbyid(owner) AS owner FROM (
    SELECT datdba FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT relowner FROM pg_class WHERE oid >= 16384 AND relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
    UNION ALL SELECT proowner FROM pg_proc WHERE oid >= 16384 UNION ALL SELECT typowner FROM pg_type WHERE oid >= 16384
    UNION ALL SELECT nspowner FROM pg_namespace WHERE oid >= 16384 AND nspname NOT LIKE 'pg\\_%') AS all_there_is (owner)`;

describe('the role of the embedded server', () => {
  it('owns its database, and may do nothing beyond it', async () => {
    await applyMigrations(postgres.url);
    expect(await runOn(postgres.url, RIGHTS)).toEqual([
      {
        ...{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, rolbypassrls: false },
        rolcanlogin: true,
      },
    ]);
    expect(await runOn(postgres.url, MEMBERSHIPS)).toEqual([]);
    expect(await runOn(postgres.url, OWNERS)).toEqual([{ owner: 'brim_app' }]);
  });

  it.each([
    [`COPY (SELECT 1) TO PROGRAM 'true'`],
    [`SELECT pg_read_file('brim-password')`],
    [`ALTER ROLE brim_app SUPERUSER`],
    ['CREATE ROLE another'],
    [`ALTER SYSTEM SET work_mem = '8MB'`],
  ])('may not run: %s', async (statement) => {
    await expect(runOn(postgres.url, statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('has a password of its own', () => {
    const [app, first] = [new URL(postgres.url), new URL(postgres.adminUrl)];
    expect([app.username, first.username]).toEqual(['brim_app', 'brim']);
    expect(app.password).toMatch(/^[0-9a-f]{64}$/);
    expect(app.password).not.toContain(first.password);
  });

  it('takes over a folder from the time of one role, with its rows', async () => {
    const { adminUrl } = postgres;
    const elsewhere = withDatabase(adminUrl, 'postgres');
    await runOn(elsewhere, 'DROP DATABASE brim WITH (FORCE)');
    await runOn(elsewhere, 'DROP ROLE brim_app');
    await runOn(elsewhere, `CREATE DATABASE brim TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    await applyMigrations(adminUrl);
    await runOn(
      adminUrl,
      `CREATE SCHEMA own; CREATE TABLE own."Mine" (id serial, at int GENERATED ALWAYS AS IDENTITY) PARTITION BY RANGE (id);
       CREATE TABLE own.part PARTITION OF own."Mine" FOR VALUES FROM (1) TO (9); CREATE SEQUENCE own.loose;
       CREATE VIEW own.seen AS SELECT 1; CREATE TYPE own.mood AS ENUM ('good'); CREATE DOMAIN own.some AS text;
       CREATE FUNCTION own.one() RETURNS int LANGUAGE sql RETURN 1; INSERT INTO own."Mine" DEFAULT VALUES`,
    );
    expect(await runOn(adminUrl, OWNERS)).toEqual([{ owner: 'brim' }]);
    await postgres.close();

    postgres = await open();
    const other = await open();
    expect(await runOn(postgres.url, OWNERS)).toEqual([{ owner: 'brim_app' }]);
    expect(await runOn(other.url, 'SELECT id FROM own."Mine"')).toEqual([{ id: 1 }]);
    expect(await applyMigrations(postgres.url)).toEqual({ applied: [] });
    await runOn(other.url, 'ALTER TABLE customer ADD COLUMN extra text; ALTER TABLE own.part ADD CHECK (id > 0)');
    await other.close();
  });

  it('is made once where two starts meet, and repaired where somebody changed it', async () => {
    await runOn(withDatabase(postgres.adminUrl, 'postgres'), `ALTER ROLE brim_app SUPERUSER PASSWORD 'another'`);
    const others = await Promise.all([open(), open(), open()]);
    for (const { url } of others) expect(await runOn(url, RIGHTS)).toMatchObject([{ rolsuper: false }]);
    await Promise.all(others.map((other) => other.close()));
  });
});
