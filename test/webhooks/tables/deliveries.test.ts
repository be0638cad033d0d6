/** The log of an endpoint is read by its index, however rare a status is in it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatementValue } from '../../../src/database/statement-values.ts';
import { countDeliveries, type DeliveryPage, findDeliveries } from '../../../src/webhooks/tables/deliveries.ts';
import { type Fixture, openFixture } from '../../ledger/fixture.ts';
import { type PlanNode, type PlanRow, planOf, rowsRead } from '../../support/query-plan.ts';

const DELIVERIES = 20_000;
/** Each the position of one that failed; all others succeeded. The endpoints take turns. */
const FAILED = [2, 5_000, 19_998];
const LIMIT = 11;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const { client } = fixture.database;
  await client.$executeRaw`INSERT INTO webhook_endpoint (id, url, secret, events, created_at)
    SELECT 'endpoint ' || n, 'https://app.example/' || n, 's', '{}', now() FROM generate_series(0, 1) AS n`;
  await client.$executeRaw`
    INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, created_at, position, status)
    SELECT n, 'endpoint ' || n % 2, 'q', n, 'BALANCE_LOW', '{}', now(), n,
      (CASE WHEN n = ANY (${FAILED}) THEN 'FAILED' ELSE 'SUCCEEDED' END)::"WebhookDeliveryStatus"
    FROM generate_series(1, ${DELIVERIES}) AS n`;
  await client.$executeRaw`ANALYZE webhook_delivery`;
});
afterAll(() => fixture.close());

const page = (asked: Partial<DeliveryPage>): DeliveryPage => ({
  ...{ endpointId: 'endpoint 0', statuses: null, before: null, after: null, fromOldest: false, limit: LIMIT },
  ...asked,
});

const positionsOf = async (asked: Partial<DeliveryPage>): Promise<readonly number[]> =>
  (await findDeliveries(fixture.database.statements, page(asked))).map(({ position }) => Number(position));

/** How many deliveries PostgreSQL reads, none of them in vain. */
async function visits(ask: (statements: Pick<Fixture['database']['statements'], 'read'>) => Promise<unknown>): Promise<number> {
  const { statements } = fixture.database;
  const plan: PlanNode[] = [];
  await ask({
    async read<Row>(text: string, values: readonly StatementValue[] = []) {
      plan.push(...(await planOf(text, (explained) => statements.read<PlanRow>(explained, values))));
      return statements.read<Row>(text, values);
    },
  });
  return rowsRead(plan, 'webhook_delivery');
}

describe('the deliveries of an endpoint', () => {
  test('are the newest or the oldest ones between two positions, the newest first', async () => {
    expect(await positionsOf({ limit: 2 })).toEqual([20_000, 19_998]);
    expect(await positionsOf({ limit: 2, before: 9n, after: 2n })).toEqual([8, 6]);
    expect(await positionsOf({ limit: 2, before: 9n, after: 2n, fromOldest: true })).toEqual([6, 4]);
    expect(await positionsOf({ statuses: ['FAILED', 'PENDING'] })).toEqual(FAILED.toReversed());
    expect(await positionsOf({ statuses: ['FAILED', 'SUCCEEDED'], limit: 2, after: 4_997n, fromOldest: true })).toEqual([
      5_000, 4_998,
    ]);
    expect(await positionsOf({ statuses: ['FAILED'], endpointId: 'endpoint 1' })).toEqual([]);
    expect(await positionsOf({ statuses: [] })).toEqual([]);
  });

  test.each<[what: string, asked: Partial<DeliveryPage>, most: number]>([
    ['of every status', { before: 10_000n }, LIMIT],
    ['of a rare status', { statuses: ['FAILED', 'RETRYING'] }, FAILED.length],
    ['of a rare status, the oldest', { statuses: ['FAILED'], after: 1n, fromOldest: true }, FAILED.length],
    ['of a common and a rare status', { statuses: ['SUCCEEDED', 'FAILED'] }, LIMIT + FAILED.length],
    ['of an endpoint without any', { endpointId: 'none' }, 0],
  ])('%s are read without looking at others', async (_, asked, most) => {
    expect(await visits((statements) => findDeliveries(statements, page(asked)))).toBeLessThanOrEqual(most);
  });

  test('are counted without looking at those of other statuses', async () => {
    const of = (statuses: DeliveryPage['statuses']) => ({ endpointId: 'endpoint 0', statuses });
    const count = (statuses: DeliveryPage['statuses']) => countDeliveries(fixture.database.statements, of(statuses));
    expect(await count(['FAILED', 'RETRYING'])).toBe(3);
    expect(await count(null)).toBe(10_000);
    expect(await count([])).toBe(0);
    expect(await visits((statements) => countDeliveries(statements, of(['FAILED', 'RETRYING'])))).toBe(3);
  });
});
