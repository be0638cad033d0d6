import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop, track } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

let brim: TestBrim;
let sql: Sql;

beforeAll(async () => {
  brim = await openShop();
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await brim.close();
});

const ask = (customerId: string, credential = TEST_KEY) =>
  fetch(`${brim.url}/customers/${encodeURIComponent(customerId)}/export`, { headers: { authorization: `Bearer ${credential}` } });
const linesOf = async (response: Response) =>
  (await response.text())
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));

it('has every row of a customer, in pages, and none of another, and says that it is whole', async () => {
  for (const id of ['ada/1', 'bob']) {
    await createCustomer(brim, id);
    await track(brim, {
      customerId: id,
      featureId: MESSAGES,
      value: '1',
      properties: { said: `hello from ${id}` },
      idempotencyKey: `k-${id}`,
    });
  }
  // More than two pages of them.
  await sql.rows(`INSERT INTO command SELECT 'ada/1', 'more ' || n, 'f', 1, 1, now() FROM generate_series(1, 1100) n`);
  const response = await ask('ada/1');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  const lines = await linesOf(response);
  expect(lines.at(-1)).toEqual({ end: true, rows: lines.length - 1 });
  expect(lines[0]).toMatchObject({ table: 'customer', row: { id: 'ada/1' } });
  const rows = (table: string) => lines.filter((line) => line['table'] === table).map(({ row }) => row);
  expect(new Set(rows('command').map((row) => JSON.stringify(row))).size).toBe(1_101);
  expect(rows('ledger_entry')).toMatchObject([{ sequence: 1 }, { sequence: 2, properties: { said: 'hello from ada/1' } }]);
  for (const table of ['account', 'balance', 'grant', 'usage_hour', 'purchase', 'audit_entry'])
    expect(rows(table)).not.toEqual([]);
  expect(JSON.stringify(lines)).not.toContain('bob');
});

it('is for secret keys, and for customers that exist', async () => {
  await createCustomer(brim, 'cleo');
  const token = await createCustomerToken(brim, 'cleo');
  expect((await ask('cleo', token)).status).toBe(403);
  expect((await ask('cleo', 'nonsense')).status).toBe(401);
  for (const id of ['nobody', 'a b', '%00']) {
    const missing = await ask(id);
    expect(missing.status).toBe(404);
    expect((await missing.json()).errors[0].extensions).toEqual({ code: 'CUSTOMER_NOT_FOUND' });
  }
});
