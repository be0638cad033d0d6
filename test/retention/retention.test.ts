import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweepsOf } from '../../src/retention/kinds.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

let brim: TestBrim;
/** Another process on the same database. */
let other: TestBrim;
let sql: Sql;

beforeAll(async () => {
  const config = { testClocks: true, keptDays: { idempotencyKeys: 10, auditLog: 20 } };
  brim = await openShop({ config });
  other = await openBrim({ config, databaseUrl: brim.databaseUrl });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await other.close();
  await brim.close();
});

const days = (count: number) =>
  brim.data(`mutation { advanceClock(input: { by: { unit: DAY, count: ${count} } }) { __typename } }`);
const track = (key: string) =>
  brim.data(
    `mutation { track(input: { customerId: "ada", featureId: "${MESSAGES}", value: 1, idempotencyKey: "${key}" }) {
      ... on TrackSuccess { replayed entry { sequence } } } }`,
  );
const count = async (table: string) => Number((await sql.rows<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

it('keeps keys and the audit log as long as it is told, and deletes them then', async () => {
  await createCustomer(brim, 'ada');
  await track('first');
  await days(9);
  await track('second');
  expect((await track('first')).track).toMatchObject({ replayed: true });
  await days(2);
  await until(async () => expect(await sql.rows('SELECT idempotency_key FROM command')).toEqual([{ idempotency_key: 'second' }]));
  const again = await track('first');
  expect(again.track.replayed).toBe(false);
  expect((await brim.data('{ auditLog(customerId: "ada") { nodes { operation } } }')).auditLog.nodes).toHaveLength(1);
  await days(10);
  await until(async () =>
    expect((await brim.data('{ auditLog(customerId: "ada") { nodes { operation } } }')).auditLog.nodes).toEqual([]),
  );
  expect(await sql.rows(`SELECT kind FROM ledger_entry WHERE customer_id = 'ada' AND kind = 'USAGE'`)).toHaveLength(3);
});

it('goes through a table of many pages, whatever else is in it, with two processes at it', async () => {
  await sql.rows(`INSERT INTO payment_event (id, type, received_at, note)
    SELECT 'evt_' || n, 'some.event', CASE WHEN n % 100 = 0 THEN now() + interval '1 year' ELSE '2020-01-01' END, repeat('x', 500)
    FROM generate_series(1, 6000) n`);
  await sql.rows(`INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, status, created_at)
    SELECT 'wd_' || n, 'we_1', 'ada', 'evt', 'CUSTOMER_CREATED', '{}', CASE WHEN n = 1 THEN 'PENDING' ELSE 'FAILED' END::"WebhookDeliveryStatus", '2020-01-01'
    FROM generate_series(1, 3) n`);
  await sql.rows(`INSERT INTO webhook_endpoint (id, url, events, enabled, secret, created_at)
    VALUES ('we_1', 'https://example.com', '{}', false, 'whsec_', now())`);
  await sql.rows('UPDATE sweep SET next_page = 0, due_at = now()');
  await days(1);
  await until(async () => expect(await count('payment_event')).toBe(60));
  await until(async () => expect(await sql.rows('SELECT id FROM webhook_delivery')).toEqual([{ id: 'wd_1' }]));
});

it('deletes attempts of auto top-ups 90 days after their end, and none that is open', async () => {
  await sql.rows(`INSERT INTO auto_top_up_intent (id, customer_id, feature_id, status, due_at, created_at, ended_at)
    SELECT 'ati_' || status || '_' || days, 'ada', status || days, status::"AutoTopUpIntentStatus", at + interval '9 years', at, CASE WHEN status <> 'OPEN' THEN at END
    FROM unnest(ARRAY['OPEN', 'SUCCEEDED', 'FAILED']) AS status, unnest(ARRAY[88, 91, 400]) AS days,
      LATERAL (SELECT webhook_now() + interval '300 days' - days * interval '1 day' AS at) AS past`);
  await days(300);
  const open = ['ati_OPEN_400', 'ati_OPEN_88', 'ati_OPEN_91'];
  await until(async () =>
    expect((await sql.rows('SELECT id FROM auto_top_up_intent ORDER BY id COLLATE "C"')).map(({ id }) => id)).toEqual([
      'ati_FAILED_88',
      ...open,
      'ati_SUCCEEDED_88',
    ]),
  );
});

it('names tables and columns that exist', async () => {
  const kept = { idempotencyKeys: 1, auditLog: 1, paymentEvents: 1, webhookDeliveries: 1 };
  for (const { table, column, condition = 'true' } of sweepsOf(kept))
    await expect(sql.rows(`SELECT ${column} FROM ${table} WHERE ${condition} LIMIT 0`)).resolves.toEqual([]);
});
