/** The audit log of a stretch of time, however long the log is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditLogRequest, openAudit } from '../../src/audit/audit.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { openReports } from '../../src/database/reports.ts';
import type { StatementValue } from '../../src/database/statement-values.ts';
import { openLog } from '../../src/platform/log.ts';
import { systemClock } from '../../src/values/clock.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type PlanNode, type PlanRow, planOf } from '../support/query-plan.ts';

/** One a minute, of three customers in turn. The oldest thousand are deleted already. */
const ENTRIES = 20_000;
const OLDEST = 1_001;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const at = (minute: number) => new Date(BEGIN.getTime() + minute * 60_000);
/** Took five minutes, and was written at its end. */
const LONG = 10_000;

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url });
  await database.client.$executeRaw`
    INSERT INTO audit_entry (position, at, actor, actor_id, operation, customer_id, request_id, done)
    SELECT n, ${BEGIN}::timestamptz + (CASE n WHEN ${LONG} THEN n - 5 ELSE n END) * interval '1 minute', 'SECRET_KEY', 'key',
      'grantBalance', 'customer-' || n % 3, 'r', true
    FROM generate_series(${OLDEST}::int, ${ENTRIES}::int) AS n`;
  await database.client.$executeRaw`ANALYZE audit_entry`;
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const auditOf = (statements: Database['statements']) =>
  openAudit({ database: { statements, reports: openReports(statements) }, clock: systemClock, log: openLog('silent') });
async function positionsOf(request: AuditLogRequest): Promise<readonly number[]> {
  const { nodes } = await auditOf(database.statements).list(request);
  return nodes.map(({ position }) => Number(position));
}

test('has what began from an instant on and before another one, the newest first', async () => {
  expect(await positionsOf({ from: at(5_000), to: at(5_003) })).toEqual([5_002, 5_001, 5_000]);
  expect(await positionsOf({ from: at(5_000), to: at(5_007), customerId: 'customer-1' })).toEqual([5_005, 5_002]);
  expect(await positionsOf({ from: at(19_999), actorId: 'key' })).toEqual([20_000, 19_999]);
  expect(await positionsOf({ to: at(OLDEST + 1) })).toEqual([OLDEST]);
  expect(await positionsOf({ to: at(OLDEST) })).toEqual([]);
  expect(await positionsOf({ from: at(30_000) })).toEqual([]);
  const ends = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T23:59:59.999Z') };
  expect(await positionsOf({ ...ends, first: 2 })).toEqual(await positionsOf({ first: 2 }));
});

test('has an operation that began long before its entry was written', async () => {
  expect(await positionsOf({ from: at(LONG - 5), to: at(LONG - 4) })).toEqual([LONG, LONG - 5]);
  expect(await positionsOf({ from: at(LONG), to: at(LONG + 1) })).toEqual([]);
});

test('goes on after a cursor within the stretch, and refuses one without an instant in it', async () => {
  const audit = auditOf(database.statements);
  const range = { from: at(7_000), to: at(7_004) };
  const after = Buffer.from(JSON.stringify(['7002'])).toString('base64url');
  expect(await positionsOf({ ...range, after })).toEqual([7_001, 7_000]);
  await expect(audit.list({ from: at(2), to: at(2) })).rejects.toThrow('to: must be after from');
});

test.each<[what: string, request: AuditLogRequest]>([
  ['of everybody', {}],
  ['of a customer', { customerId: 'customer-2' }],
  ['of a key', { actorId: 'key' }],
])('reads little more than it shows, %s', async (_, request) => {
  const nodes: PlanNode[] = [];
  const read = async <Row>(text: string, values: readonly StatementValue[] = []) => {
    nodes.push(...(await planOf(text, (explained) => database.statements.read<PlanRow>(explained, values))));
    return database.statements.read<Row>(text, values);
  };
  await auditOf({ ...database.statements, read }).list({ ...request, from: at(12_000), to: at(12_010) });
  const visits = nodes.filter((node) => node['Relation Name'] === 'audit_entry');
  const rows = visits.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
  // The search for each end, and the ten minutes before and after the stretch.
  expect(rows).toBeLessThanOrEqual(2 * 17 + 32);
});
