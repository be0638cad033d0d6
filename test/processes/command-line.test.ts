/** `brim` as an operator types it: processes of their own. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const processes = brimProcesses();

let database: FreshDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.drop());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function brim(...args: readonly string[]): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: database.url };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dist/server/main.js', ...args],
      { cwd: ROOT, env, timeout: patience(60_000) },
      (_, out, err) => resolve({ code: child.exitCode, out, err }),
    );
  });
}

describe('brim', { timeout: patience(120_000) }, () => {
  it('lists its commands, and refuses one that it has not', async () => {
    const help = await brim('--help');
    expect(help.code).toBe(0);
    for (const name of ['start', 'migrate', 'import', 'plans', 'verify', 'doctor'])
      expect(help.out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(await brim('verifi')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: unknown command 'verifi'\n\(Did you mean verify\?\)/),
    });
  });

  it('says which version it is', async () => {
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    expect(await brim('--version')).toMatchObject({ code: 0, out: `${version}\n` });
  });

  it('takes options before and after what they are for', async () => {
    const wanted = ['--scope', 'READ', '--scope', 'TRACK'];
    for (const words of [
      ['audit', ...wanted],
      [...wanted, 'audit'],
    ])
      expect(await brim('keys', 'make', ...words)).toMatchObject({ err: expect.stringContaining('Run "brim migrate" first.') });
    expect(await brim('keys', 'make', 'audit')).toMatchObject({ code: 1, err: expect.stringContaining("'--scope <scope>'") });
  });

  it('migrates apart from the start: before, BRIM_MIGRATE=off refuses to start, and afterwards it starts', async () => {
    const start = () => processes.start({ database: { url: database.url }, env: { BRIM_MIGRATE: 'off' } });
    await expect(start()).rejects.toThrow(
      /Brim could not start\. DATABASE_URL: the database at \S+ lacks \d+ migrations .* Run "brim migrate" first\./,
    );
    expect(await brim('verify')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^brim verify failed\. .* Run "brim migrate" first\.$/m),
    });
    const migrated = await brim('migrate');
    expect(migrated).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^applied 20261122000000_init\n[\s\S]*has all migrations now\.\n$/),
    });
    expect(await brim('migrate')).toMatchObject({ code: 0, out: 'The database has all migrations.\n' });
    const running = await start();
    expect(await running.query('{ __typename }')).toMatchObject({ data: { __typename: 'Query' } });
    expect(await brim('verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Every balance is what its entries say: 0 entries'),
    });
    const examined = await brim('doctor');
    expect(examined.out).toContain('ok       processes: one runs on this database');
  });
});
