import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  attach,
  balanceOf,
  createCustomer,
  createPlan,
  MESSAGES,
  openShop,
  prepaid,
  stoppedClock,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const MIGRATION = path.resolve(import.meta.dirname, '../../prisma/migrations/20261127130900_more_of_a_base_plan/migration.sql');

let brim: TestBrim;
let sql: Sql;
const time = stoppedClock('2026-01-01T00:00:00.000Z');
beforeAll(async () => {
  brim = await openShop({ clock: time.clock });
  sql = await openSql(brim.databaseUrl);
  const item = { featureId: MESSAGES, included: '100', reset: { unit: 'MONTH' }, price: prepaid('10') };
  await createPlan(brim, { id: 'writer', group: 'writing', items: [item] });
  await createPlan(brim, { id: 'main', items: [item] });
  await createPlan(brim, { id: 'stacks', addOn: true, items: [item] });
});
afterAll(async () => {
  await sql.close();
  await brim.close();
});

/** Restores the state in which base plans could be stacked, and runs the migration on it. */
async function migrateFrom(stacked: readonly string[]): Promise<void> {
  await sql.rows(`UPDATE purchase SET base_group = NULL WHERE plan_id = ANY($1::text[])`, [stacked]);
  const text = await readFile(MIGRATION, 'utf8');
  const updates = text.slice(text.indexOf('CREATE TEMPORARY TABLE'), text.indexOf('CREATE INDEX'));
  await sql.rows(`BEGIN; ${updates} COMMIT`);
}

/** Adds an ACTIVE purchase of a plan, as there was one for each attach. */
async function stack(purchaseId: string, copyId: string, createdAt: string): Promise<void> {
  await sql.rows(
    `INSERT INTO purchase (id, customer_id, plan_id, plan_version, status, quantities, created_at, settled_at)
     SELECT $2, customer_id, plan_id, plan_version, status, quantities, $3, $3 FROM purchase WHERE id = $1`,
    [purchaseId, copyId, createdAt],
  );
}

async function groupsOf(customerId: string): Promise<Record<string, string | null>> {
  const rows = await sql.rows<{ id: string; base_group: string | null }>(
    'SELECT plan_id || $2 || status AS id, base_group FROM purchase WHERE customer_id = $1 ORDER BY created_at, plan_id',
    [customerId, ' '],
  );
  return Object.fromEntries(rows.map((row, index) => [`${index} ${row.id}`, row.base_group]));
}

test('the newest of stacked purchases gets the free place in its group, and a pending one will', async () => {
  await createCustomer(brim, 'ada');
  time.goTo('2026-01-01T01:00:00.000Z');
  const { purchase } = await attach(brim, { customerId: 'ada', planId: 'writer' });
  await stack(purchase.id, 'pu_second', '2026-01-02T00:00:00.000Z');
  time.goTo('2026-01-03T00:00:00.000Z');
  await attach(brim, { customerId: 'ada', planId: 'main', featureQuantities: wanting('200') });
  await attach(brim, { customerId: 'ada', planId: 'stacks' });
  await migrateFrom(['writer', 'main']);
  expect(await groupsOf('ada')).toEqual({
    '0 free ACTIVE': '',
    '1 writer ACTIVE': null,
    '2 writer ACTIVE': 'writing',
    '3 main PENDING': '',
    '4 stacks ACTIVE': null,
  });
  // The customer keeps the plan and everything that it has received by now.
  expect(await attach(brim, { customerId: 'ada', planId: 'writer' })).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
  expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '210' });
});

test('a place that another base plan has stays with it', async () => {
  await createCustomer(brim, 'bob');
  time.goTo('2026-01-04T00:00:00.000Z');
  const { purchase } = await attach(brim, { customerId: 'bob', planId: 'writer' });
  await sql.rows(`UPDATE purchase SET base_group = NULL, plan_id = 'main' WHERE id = $1`, [purchase.id]);
  await migrateFrom([]);
  expect(await groupsOf('bob')).toEqual({ '0 free ACTIVE': '', '1 main ACTIVE': null });
});
