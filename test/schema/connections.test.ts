import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';

let brim: TestBrim;
const CUSTOMERS = 23;

beforeAll(async () => {
  brim = await openShop();
  await brim.data(`mutation {
    createFeature(input: { id: "images", name: "Images", type: METERED }) { __typename }
    createPlan(input: { id: "gift", name: "Gift", addOn: true, items: [{ featureId: "images", included: "1" }] }) { __typename }
  }`);
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => createCustomer(brim, `customer-${index}`)));
  // All made within one millisecond, so only their ids order them.
  await runOn(brim.databaseUrl, "UPDATE customer SET created_at = '2026-01-01T00:00:00Z' WHERE id < 'customer-15'");
  for (let round = 0; round < 3; round += 1) await grant(brim, { customerId: 'customer-0', amount: '100' });
  for (let round = 0; round < 6; round += 1) {
    await track(brim, { customerId: 'customer-0' });
    await grant(brim, { customerId: 'customer-0', featureId: 'images', amount: '1' });
    await brim.data(
      'mutation { attachPlan(input: { customerId: "customer-0", planId: "gift" }) { __typename ... on Error { message } } }',
    );
  }
  const gifts = "purchase WHERE customer_id = 'customer-0' AND plan_id = 'gift'";
  await runOn(
    brim.databaseUrl,
    `UPDATE purchase SET created_at = '2026-01-01T00:00:00Z' WHERE id IN (SELECT id FROM ${gifts});
     UPDATE purchase SET status = 'CANCELED' WHERE id IN (SELECT id FROM ${gifts} ORDER BY md5(id) LIMIT 4)`,
  );
});
afterAll(() => brim.close());

interface Connection {
  readonly nodes: readonly Record<string, unknown>[];
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
  readonly pageInfo: Record<'startCursor' | 'endCursor', string | null> & Record<'hasNextPage' | 'hasPreviousPage', boolean>;
}

const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const ofCustomer = (field: string, node: string) => (page: string) =>
  `{ customer(id: "customer-0") { ${field.replace('(', `(${page} `)} { nodes { ${node} } edges { cursor node { ${node} } } ${PAGE} } } }`;

/** Each list, with the fields that identify its nodes. */
const LISTS: Readonly<Record<string, (page: string) => string>> = {
  customers: (page) => `{ customers(${page}) { nodes { id createdAt } edges { cursor node { id createdAt } } ${PAGE} } }`,
  'customers of a search': (page) =>
    `{ customers(${page} search: "MER-1") { nodes { id createdAt } edges { cursor node { id createdAt } } ${PAGE} } }`,
  'the ledger of a customer': ofCustomer('ledger()', 'sequence'),
  'the ledger of one feature': ofCustomer('ledger(featureId: "images")', 'sequence feature { id }'),
  'the ledger of one kind': ofCustomer('ledger(kind: USAGE)', 'sequence kind'),
  'the ledger of one feature and kind': ofCustomer(
    `ledger(featureId: "${MESSAGES}" kind: GRANT)`,
    'sequence kind feature { id }',
  ),
  'the purchases of a customer': ofCustomer('purchases()', 'id createdAt'),
  'the purchases of one status': ofCustomer('purchases(status: CANCELED)', 'id createdAt status'),
};

function connectionIn(data: Record<string, unknown>): Connection {
  const [value] = Object.values(data);
  return 'pageInfo' in (value as object) ? (value as Connection) : connectionIn(value as Record<string, unknown>);
}

describe.each(Object.entries(LISTS))('%s', (_list, documentFor) => {
  const ask = async (page: string) => connectionIn(await brim.data(documentFor(page).replaceAll(/\(\s*\)/g, '')));

  it.each([1, 3, 7])('gives all its nodes once, newest first, in pages of %i', async (first) => {
    const whole = await ask('first: 100');
    expect(whole.nodes.length).toBeGreaterThan(2);
    expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    const walked: unknown[] = [];
    let after = '';
    for (let page = 0; ; page += 1) {
      const { nodes, edges, pageInfo } = await ask(`first: ${first} ${after && `after: "${after}"`}`);
      expect(edges.map(({ node }) => node)).toEqual(nodes);
      expect(pageInfo).toEqual({
        hasPreviousPage: page > 0,
        hasNextPage: walked.length + nodes.length < whole.nodes.length,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      });
      walked.push(...nodes);
      after = pageInfo.endCursor ?? '';
      if (!pageInfo.hasNextPage) break;
    }
    expect(walked).toEqual(whole.nodes);
    expect(new Set(walked.map((node) => JSON.stringify(node))).size).toBe(walked.length);
    expect(whole.nodes).toEqual([...whole.nodes].sort(newestFirst));
  });

  it('has 20 nodes on a page by default', async () => {
    const { nodes } = await ask('');
    expect(nodes).toEqual((await ask('first: 100')).nodes.slice(0, 20));
  });

  it.each(['first: 0', 'first: -1', 'first: 101', 'after: "nonsense"', `after: "${Buffer.from('["a"]').toString('base64url')}"`])(
    'refuses %s and names the argument',
    async (page) => {
      const { errors } = await brim.query(documentFor(page));
      expect(errors).toMatchObject([
        { message: expect.stringMatching(/^(first|after): must be/), extensions: { code: 'INVALID_INPUT' } },
      ]);
    },
  );
});

function newestFirst(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const placeOf = (node: Record<string, unknown>) =>
    'sequence' in node ? String(node['sequence']).padStart(9, '0') : `${node['createdAt']} ${node['id']}`;
  return placeOf(a) < placeOf(b) ? 1 : -1;
}

describe('filters', () => {
  it('return the nodes that match and no others', async () => {
    const { customer } = await brim.data(`{ customer(id: "customer-0") {
      all: ledger(first: 100) { nodes { sequence kind feature { id } } }
      images: ledger(first: 100, featureId: "images") { nodes { sequence } }
      used: ledger(first: 100, kind: USAGE) { nodes { sequence } }
      given: ledger(first: 100, featureId: "images", kind: GRANT) { nodes { sequence } }
      nothing: ledger(first: 100, featureId: "images", kind: USAGE) { nodes { sequence } }
      balance(featureId: "${MESSAGES}") { ledger(first: 100, kind: USAGE) { nodes { sequence } } whole: ledger(first: 100) { nodes { sequence } } }
      purchases(first: 100) { nodes { id status } }
      canceled: purchases(first: 100, status: CANCELED) { nodes { id } }
      active: purchases(first: 100, status: ACTIVE) { nodes { id } }
      failed: purchases(first: 100, status: FAILED) { nodes { id } }
    } }`);
    const all: { sequence: number; kind: string; feature: { id: string } }[] = customer.all.nodes;
    const only = (keep: (entry: (typeof all)[number]) => boolean) => all.filter(keep).map(({ sequence }) => ({ sequence }));
    expect(all).toHaveLength(22);
    expect(customer.images.nodes).toEqual(only(({ feature }) => feature.id === 'images'));
    expect(customer.used.nodes).toEqual(only(({ kind }) => kind === 'USAGE'));
    expect(customer.given.nodes).toEqual(only(({ kind, feature }) => kind === 'GRANT' && feature.id === 'images'));
    expect(customer.nothing.nodes).toEqual([]);
    expect(customer.balance.ledger.nodes).toEqual(only(({ kind }) => kind === 'USAGE'));
    expect(customer.balance.whole.nodes).toEqual(only(({ feature }) => feature.id === MESSAGES));
    const purchases: { id: string; status: string }[] = customer.purchases.nodes;
    const ofStatus = (status: string) => purchases.filter((each) => each.status === status).map(({ id }) => ({ id }));
    expect(purchases).toHaveLength(7);
    expect(customer.canceled.nodes).toEqual(ofStatus('CANCELED'));
    expect(customer.active.nodes).toEqual(ofStatus('ACTIVE'));
    expect(customer.failed.nodes).toEqual([]);
  });
});
