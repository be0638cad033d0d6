import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import { openLog } from '../../../src/platform/log.ts';
import { openSandbox, type Sandbox } from '../../../src/stripe/sandbox/sandbox.ts';
import { emptyDatabase, type FreshDatabase } from '../../support/postgres.ts';
import { SECRET_KEY, testClock } from './fixture.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await emptyDatabase();
});
afterAll(() => fresh.drop());

test('several processes may open the sandbox at once on a new database', async () => {
  const databases: Database[] = Array.from({ length: 4 }, () => openDatabase({ url: fresh.url, poolSize: 2 }));
  const open = (database: Database): Promise<Sandbox> =>
    openSandbox({
      database,
      clock: testClock(),
      log: openLog('silent'),
      baseUrl: () => 'http://127.0.0.1/sandbox',
      webhook: { url: () => 'http://127.0.0.1/webhooks/stripe', secret: 'whsec_open' },
      secretKey: SECRET_KEY,
      delivery: 'held',
    });
  const sandboxes = await Promise.all(databases.map((database) => open(database)));
  const request = (method: string) =>
    new Request('http://127.0.0.1/sandbox/stripe/v1/customers', {
      method,
      headers: { authorization: `Bearer ${SECRET_KEY}`, 'idempotency-key': 'one' },
      body: 'name=Ada',
    });
  const answers = await Promise.all(sandboxes.map(async (sandbox) => (await sandbox.handle(request('POST'))).text()));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('cus_');
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  await Promise.all(databases.map((database) => database.close()));
});
