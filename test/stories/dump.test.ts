/**
 * The other way of docs/running-in-production.md to back up: `pg_dump`, where this machine has one
 * that is as new as the server.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it, onTestFinished } from 'vitest';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { verify } from '../../src/commands/verify.ts';
import { run } from '../commands/run.ts';
import { openBrim, TEST_KEY } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { emptyDatabase, freshDatabase } from '../support/postgres.ts';
import { findProgram } from '../support/programs.ts';
import { balanceOf, createCustomer, openShop, track } from '../support/shop.ts';

it('a restored dump is sound, knows the keys, and its cursors go on', { timeout: patience(60_000) }, async ({ skip }) => {
  const problem = await whyNoDump(inject('adminUrl'));
  if (problem !== undefined) skip(problem);
  const [source, target] = [await freshDatabase(), await emptyDatabase()];
  onTestFinished(source.drop);
  onTestFinished(target.drop);
  const brim = await openShop({ databaseUrl: source.url });
  await createCustomer(brim, 'ada');
  await track(brim, { customerId: 'ada', idempotencyKey: 'first' });
  const client = await openClient({ url: brim.url, secretKey: TEST_KEY, retries: 0 });
  const cursor = await client.balancesCursor();
  await client.close();
  const folder = await mkdtemp(path.join(tmpdir(), 'brim-dump-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'brim.dump');
  await execute('pg_dump', ['--format=custom', `--file=${file}`, source.url]);
  await track(brim, { customerId: 'ada', idempotencyKey: 'second' });
  await brim.close();
  await execute('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${target.url}`, file]);

  expect(await run(verify, { DATABASE_URL: target.url })).toMatchObject({ code: 0 });
  const again = await openBrim({ databaseUrl: target.url });
  const reader = await openClient({ url: again.url, secretKey: TEST_KEY, retries: 0 });
  const changes = reader.balancesChanged({ after: cursor });
  for (const [idempotencyKey, replayed] of [
    ['first', true],
    ['second', false],
  ] as const)
    expect(await track(again, { customerId: 'ada', idempotencyKey })).toMatchObject({ replayed });
  expect(await balanceOf(again, 'ada')).toMatchObject({ remaining: '8', version: 3 });
  expect((await changes.next()).value).toMatchObject({ balance: { version: 3 } });
  await changes.return?.();
  await reader.close();
  await again.close();
});

const execute = promisify(execFile);

/** A dump needs the program of this machine, at least as new as the server. */
async function whyNoDump(url: string): Promise<string | undefined> {
  if (findProgram('pg_dump') === undefined) return 'there is no pg_dump';
  const [server] = await runOn(url, `SELECT current_setting('server_version_num')::int / 10000 AS major`);
  const { stdout } = await execute('pg_dump', ['--version']);
  const isOld = Number.parseInt(stdout.replace(/^\D+/, ''), 10) < Number(server?.['major']);
  return isOld ? `the pg_dump of this machine is older than the server: ${stdout.trim()}` : undefined;
}
