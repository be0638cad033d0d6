/** `totalCount` of the connections that have it. */
import { parse } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { schema } from '../../schema/index.ts';
import { costOf } from '../../src/server/limits/document-cost.ts';
import { STATEMENT_COST } from '../../src/values/field-cost.ts';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { createCustomer, openShop, placeHold } from '../support/shop.ts';

let brim: TestBrim;
const CUSTOMERS = 4;
const PURCHASES = 5;

beforeAll(async () => {
  brim = await openShop();
  await brim.data(
    `mutation { createPlan(input: { id: "gift", name: "Gift", addOn: true, items: [{ featureId: "premium_messages", included: "1" }] }) { __typename } }`,
  );
  for (let index = 0; index < CUSTOMERS; index += 1) await createCustomer(brim, `customer-${index}`);
  for (let index = 0; index < PURCHASES; index += 1)
    await brim.data('mutation { attachPlan(input: { customerId: "customer-0", planId: "gift" }) { __typename } }');
  await placeHold(brim, { customerId: 'customer-0', featureId: 'premium_messages', amount: '1' });
  await runOn(
    brim.databaseUrl,
    `UPDATE purchase SET status = 'CANCELED' WHERE id = (SELECT max(id) FROM purchase WHERE plan_id = 'gift');
     INSERT INTO payment (id, source, customer_id, purchase_id, amount, currency, status, created_at)
       SELECT 'pay_' || n, 'CHECKOUT', 'customer-0', (SELECT max(id) FROM purchase WHERE plan_id = 'gift'), 1, 'usd', 'SUCCEEDED', now() FROM generate_series(1, 3) n`,
  );
});
afterAll(async () => {
  vi.restoreAllMocks();
  await brim.close();
});

it('counts what the filters of its connection leave, on all pages', async () => {
  const { customers, found, customer } = await brim.data(`{
    customers(first: 1) { totalCount }
    found: customers(search: "MER-2") { totalCount }
    customer(id: "customer-0") {
      purchases(first: 1) { totalCount nodes { id } }
      canceled: purchases(status: CANCELED) { totalCount }
      failed: purchases(status: FAILED) { totalCount }
      payments(first: 1) { totalCount }
      since: payments(from: "2999-01-01T00:00:00Z") { totalCount }
      holds(statuses: [OPEN]) { totalCount }
    }
  }`);
  expect([customers, found]).toEqual([{ totalCount: CUSTOMERS }, { totalCount: 1 }]);
  expect(customer.purchases.nodes).toHaveLength(1);
  expect(customer).toMatchObject({
    purchases: { totalCount: PURCHASES + 1 },
    canceled: { totalCount: 1 },
    failed: { totalCount: 0 },
  });
  expect(customer).toMatchObject({ payments: { totalCount: 3 }, since: { totalCount: 0 }, holds: { totalCount: 1 } });
});

it('is counted only where it is selected, and costs a statement then', async () => {
  const statements: string[] = [];
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    statements.push(typeof first === 'string' ? first : String((first as { text: unknown }).text));
    return Reflect.apply(query, this, args);
  });
  const counts = () => statements.splice(0).filter((text) => /count\(\*\)/.test(text) && /customer|purchase/.test(text)).length;
  const without = '{ customers { nodes { purchases { nodes { id } } } } }';
  const counted = without.replaceAll('nodes {', 'totalCount nodes {');
  await brim.data(without);
  expect(counts()).toBe(0);
  await brim.data(counted);
  // One for the customers, and one for the purchases of all of them.
  expect(counts()).toBe(2);
  const cost = (text: string) => costOf({ schema, document: parse(text) });
  expect(cost(counted) - cost(without)).toBe((1 + STATEMENT_COST) * 21);
});

it('is null where more than 10,000 would have to be looked at, also for those that match', async () => {
  const fill = (from: number, to: number) =>
    runOn(
      brim.databaseUrl,
      `INSERT INTO customer (id, metadata, created_at) SELECT 'of-many-' || n, '{}', now() FROM generate_series(${from}, ${to}) n;
       INSERT INTO payment (id, source, customer_id, purchase_id, amount, currency, status, created_at)
         SELECT 'many_' || n, 'CHECKOUT', 'customer-1', 'none', 1, 'usd', 'SUCCEEDED', now() FROM generate_series(${from}, ${to}) n;
       INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, status, created_at)
         SELECT 'many_' || n, 'endpoint', 'none', n, 'customer.created', '{}', CASE n WHEN 1 THEN 'FAILED' ELSE 'SUCCEEDED' END::"WebhookDeliveryStatus", now()
         FROM generate_series(${from}, ${to}) n`,
    );
  await runOn(
    brim.databaseUrl,
    "INSERT INTO webhook_endpoint (id, url, enabled, secret, created_at) VALUES ('endpoint', 'https://example.com/', false, 'none', now())",
  );
  const ask = async () => {
    const { all, found, customer, webhookEndpoint } = await brim.data(`{
      all: customers { totalCount }
      found: customers(search: "customer-1") { totalCount }
      customer(id: "customer-1") { payments { totalCount } }
      webhookEndpoint(id: "endpoint") { deliveries { totalCount } failed: deliveries(status: FAILED) { totalCount } }
    }`);
    const connections = [all, found, customer.payments, webhookEndpoint.deliveries, webhookEndpoint.failed];
    return connections.map(({ totalCount }) => totalCount);
  };
  await fill(1, 10_000);
  await runOn(
    brim.databaseUrl,
    `DELETE FROM customer WHERE id IN (SELECT id FROM customer WHERE id LIKE 'of-%' LIMIT ${CUSTOMERS})`,
  );
  expect(await ask()).toEqual([10_000, 1, 10_000, 10_000, 1]);
  await fill(10_001, 10_001);
  expect(await ask()).toEqual([null, null, null, null, 1]);
});
