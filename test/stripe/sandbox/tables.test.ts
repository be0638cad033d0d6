/** The sandbox makes its tables when it opens. Other tests find them made in their databases. */
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../src/database/database.ts';
import { createSandboxTables } from '../../../src/stripe/sandbox/store/records.ts';
import { emptyDatabase } from '../../support/postgres.ts';

const TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'stripe_sandbox' ORDER BY 1`;

it('two processes that open a new sandbox at once make its tables once', async () => {
  const fresh = await emptyDatabase();
  const processes = [openDatabase({ url: fresh.url }), openDatabase({ url: fresh.url })] as const;
  onTestFinished(async () => {
    await Promise.all(processes.map((each) => each.close()));
    await fresh.drop();
  });
  const [{ statements }] = processes;
  expect(await statements.read(TABLES)).toEqual([]);
  await Promise.all(processes.map(createSandboxTables));
  expect((await statements.read<{ name: string }>(TABLES)).map(({ name }) => name)).toEqual([
    'event',
    'idempotency_key',
    'object',
    'ordered_decline',
  ]);
  const made = await statements.read(`SELECT oid FROM pg_class WHERE relnamespace = 'stripe_sandbox'::regnamespace`);
  await createSandboxTables(processes[1]);
  expect(await statements.read(`SELECT oid FROM pg_class WHERE relnamespace = 'stripe_sandbox'::regnamespace`)).toEqual(made);
});
