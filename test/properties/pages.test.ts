/**
 * Every list of the API, walked page by page in random steps from either end, with and without its
 * filters: each walk gives the same items in the same order, and says rightly what is before and
 * behind each page.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';
import { runs, seed } from './seed.ts';

let brim: TestBrim;
/** Of each list, so that the last page is seldom full. */
const ITEMS = 17;

beforeAll(async () => {
  brim = await openShop();
  await brim.data(`mutation {
    createFeature(input: { id: "images", name: "Images", type: METERED }) { __typename }
    createPlan(input: { id: "gift", name: "Gift", addOn: true, items: [{ featureId: "images", included: "1" }] }) { __typename }
  }`);
  for (let index = 0; index < ITEMS; index += 1) await createCustomer(brim, `customer-${index}`);
  for (let index = 0; index < ITEMS; index += 1) {
    await track(brim, { customerId: 'customer-0' });
    await brim.data('mutation { attachPlan(input: { customerId: "customer-0", planId: "gift" }) { __typename } }');
  }
  // Many at one instant, so that their ids order them.
  await runOn(
    brim.databaseUrl,
    `UPDATE customer SET created_at = '2026-01-01T00:00:00Z' WHERE id < 'customer-15';
     UPDATE purchase p SET created_at = timestamptz '2026-01-01T00:00:00Z' + (n % 3) * interval '1 hour',
       status = (CASE n % 2 WHEN 0 THEN 'CANCELED' ELSE 'ACTIVE' END)::"PurchaseStatus"
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM purchase WHERE plan_id = 'gift') numbered WHERE p.id = numbered.id;
     INSERT INTO payment (id, source, customer_id, purchase_id, amount, currency, status, created_at)
       SELECT 'pay_' || n, 'CHECKOUT', 'customer-0', (SELECT max(id) FROM purchase), 1, 'usd', (CASE n % 2 WHEN 0 THEN 'FAILED' ELSE 'SUCCEEDED' END)::"PaymentStatus",
         timestamptz '2026-01-01T00:00:00Z' + (n % 3) * interval '1 hour' FROM generate_series(1, ${ITEMS}) n;
     INSERT INTO hold (customer_id, id, feature_id, amount, status, settled_amount, ended_at, parts, created_at, expires_at)
       SELECT 'customer-0', n, 'images', 1, (CASE n % 2 WHEN 0 THEN 'RELEASED' ELSE 'SETTLED' END)::"HoldStatus",
         CASE n % 2 WHEN 0 THEN NULL ELSE 1 END, now(), '[]', timestamptz '2026-01-01T00:00:00Z' + (n % 3) * interval '1 hour', now()
       FROM generate_series(1, ${ITEMS}) n;
     INSERT INTO webhook_endpoint (id, url, enabled, secret, created_at) VALUES ('endpoint', 'https://example.com/', false, 'none', now());
     INSERT INTO webhook_delivery (id, endpoint_id, queue, event_id, type, payload, status, created_at)
       SELECT 'd' || n, 'endpoint', 'none', n, 'customer.created', '{}', (CASE n % 2 WHEN 0 THEN 'FAILED' ELSE 'SUCCEEDED' END)::"WebhookDeliveryStatus", now()
       FROM generate_series(1, ${ITEMS}) n;
     INSERT INTO audit_entry (at, actor, operation, customer_id, request_id, done, ids)
       SELECT now(), 'SECRET_KEY', 'test', (CASE n % 2 WHEN 0 THEN 'customer-0' END), n, true, '{}' FROM generate_series(1, ${ITEMS}) n`,
  );
});
afterAll(() => brim.close());

const HOUR = 'from: "2026-01-01T01:00:00Z" to: "2026-01-01T02:00:00Z"';
const ofCustomer = (list: string) => `{ customer(id: "customer-0") { ${list} } }`;

/** Each with ARGS for the arguments of the page. */
const LISTS: Readonly<Record<string, string>> = {
  customers: '{ customers(ARGS) { FIELDS } }',
  'customers of a search': '{ customers(ARGS search: "MER-1") { FIELDS } }',
  'customers, the oldest first': '{ customers(ARGS orderBy: OLDEST_FIRST) { FIELDS } }',
  'customers by id': '{ customers(ARGS orderBy: ID) { FIELDS } }',
  'customers by id, of a search': '{ customers(ARGS orderBy: ID search: "MER-1") { FIELDS } }',
  ledger: ofCustomer('ledger(ARGS) { FIELDS }'),
  'ledger of a feature': ofCustomer('ledger(ARGS featureId: "images") { FIELDS }'),
  'ledger of a kind': ofCustomer('ledger(ARGS kinds: [USAGE, VOID]) { FIELDS }'),
  'ledger of a time': ofCustomer('ledger(ARGS from: "2026-01-01T00:00:00Z") { FIELDS }'),
  'ledger of a balance': ofCustomer(`balance(featureId: "${MESSAGES}") { ledger(ARGS) { FIELDS } }`),
  'ledger of all customers': '{ ledger(ARGS) { FIELDS } }',
  'ledger of all customers, of kinds and a time': '{ ledger(ARGS kinds: [GRANT, VOID] from: "2026-01-01T00:00:00Z") { FIELDS } }',
  purchases: ofCustomer('purchases(ARGS) { FIELDS }'),
  'purchases of a status': ofCustomer('purchases(ARGS statuses: [CANCELED]) { FIELDS }'),
  'purchases of a time': ofCustomer(`purchases(ARGS ${HOUR}) { FIELDS }`),
  payments: ofCustomer('payments(ARGS) { FIELDS }'),
  'payments of a status and a time': ofCustomer(`payments(ARGS statuses: [FAILED] ${HOUR}) { FIELDS }`),
  holds: ofCustomer('holds(ARGS) { FIELDS }'),
  'holds of statuses and a time': ofCustomer(`holds(ARGS statuses: [SETTLED, RELEASED] ${HOUR}) { FIELDS }`),
  deliveries: '{ webhookEndpoint(id: "endpoint") { deliveries(ARGS) { FIELDS } } }',
  'deliveries of statuses': '{ webhookEndpoint(id: "endpoint") { deliveries(ARGS statuses: [FAILED, PENDING]) { FIELDS } } }',
  'audit log': '{ auditLog(ARGS) { FIELDS } }',
  'audit log of a customer': '{ auditLog(ARGS customerId: "customer-0") { FIELDS } }',
  'audit log of a time': '{ auditLog(ARGS from: "2026-01-01T00:00:00Z" to: "2999-01-01T00:00:00Z") { FIELDS } }',
};
const FIELDS = 'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

function connectionIn(data: Record<string, unknown>): Connection {
  const [value] = Object.values(data);
  return 'pageInfo' in (value as object) ? (value as Connection) : connectionIn(value as Record<string, unknown>);
}

describe.each(Object.entries(LISTS))(`the list of %s (BRIM_SEED=${seed})`, (_name, document) => {
  const ask = async (args: string) => connectionIn(await brim.data(document.replace('ARGS', args).replace('FIELDS', FIELDS)));

  /** Walks from one end to the other. @returns the ids, in the order of the list. */
  async function walk(steps: readonly number[], towards: 'end' | 'beginning'): Promise<readonly string[]> {
    const walked: string[] = [];
    const [size, from, hasMore, hasOther] =
      towards === 'end'
        ? (['first', 'after', 'hasNextPage', 'hasPreviousPage'] as const)
        : (['last', 'before', 'hasPreviousPage', 'hasNextPage'] as const);
    for (let page = 0, cursor: string | null = null; ; page += 1) {
      const step = steps[page % steps.length] ?? 1;
      const { edges, pageInfo } = await ask(`${size}: ${step}${cursor === null ? '' : ` ${from}: "${cursor}"`}`);
      const ids = edges.map(({ node }) => node.id);
      if (towards === 'end') walked.push(...ids);
      else walked.unshift(...ids);
      expect(pageInfo[hasOther]).toBe(page > 0);
      expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges.at(0)?.cursor ?? null, edges.at(-1)?.cursor ?? null]);
      if (!pageInfo[hasMore]) return walked;
      expect(edges).toHaveLength(step);
      cursor = towards === 'end' ? pageInfo.endCursor : pageInfo.startCursor;
    }
  }

  it('is the same from the beginning and from the end, in any steps', async () => {
    const whole = await ask('first: 100');
    const ids = whole.edges.map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(2);
    expect(await ask('last: 100')).toEqual(whole);
    const steps = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(steps, steps, async (there, back) => {
      expect(await walk(there, 'end')).toEqual(ids);
      expect(await walk(back, 'beginning')).toEqual(ids);
    });
    await fc.assert(property, runs(2));
  });

  it('has between two cursors what stands between them', async () => {
    const { edges } = await ask('first: 100');
    const place = fc.integer({ min: 0, max: edges.length - 1 });
    const property = fc.asyncProperty(place, place, fc.integer({ min: 1, max: 9 }), async (after, before, size) => {
      const window = `after: "${edges[after]?.cursor}" before: "${edges[before]?.cursor}"`;
      const between = edges.slice(after + 1, Math.max(before, after + 1));
      const head = await ask(`first: ${size} ${window}`);
      const tail = await ask(`last: ${size} ${window}`);
      expect([head.edges, tail.edges]).toEqual([between.slice(0, size), between.slice(-size)]);
      const hasMore = between.length > size;
      expect(head.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: hasMore });
      expect(tail.pageInfo).toMatchObject({ hasPreviousPage: hasMore, hasNextPage: true });
    });
    await fc.assert(property, runs(4));
  });
});
