import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePlace } from '../../src/feed/every-cursor.ts';
import { BEFORE_ALL } from '../../src/ledger/order.ts';
import { TEST_KEY } from '../support/brim.ts';
import { MESSAGES } from '../support/shop.ts';
import { ASK } from './ask.ts';
import { callOf, everythingOf, ROOTS, type Values, walk, waysFrom } from './documents.ts';
import { ADA, BOB, type Bought, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;
const [[, overHttp] = [], [, overSse] = []] = ASK;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** The arguments with which each root field leads to this customer's things. */
const valuesFor = (
  customerId: string,
  plan: string,
  { paid, hold }: Pick<Bought, 'paid' | 'hold'>,
): Readonly<Record<string, Values>> => {
  const everywhere = { featureId: `"${MESSAGES}"`, includeUsedUp: 'true', includeArchived: 'true' };
  const own = { ...everywhere, customerId: `"${customerId}"`, planId: `"${plan}"`, purchaseId: `"${paid}"`, holdId: `"${hold}"` };
  return {
    customer: { ...own, id: `"${customerId}"` },
    feature: { ...own, id: '"seats"' },
    plan: { ...own, id: `"${plan}"` },
    purchase: { ...own, id: `"${paid}"` },
    hold: { ...own, id: `"${hold}"` },
    check: { ...own, required: '100000' },
    // The default page with everything beneath a page of customers, or of what was delivered about
    // customers, is more than an operation may ask for.
    customers: { ...own, first: '2' },
    webhookEndpoint: { ...own, first: '2' },
    webhookEndpoints: { ...own, first: '1' },
    balanceAlerts: { ...own, first: '1' },
    other: own,
  };
};

/** Without it the first message is the next change. */
const fromTheStart = () => `(after: "${writePlace(BEFORE_ALL)}")`;

/** Everything that can be reached from each field that answers a customer token, as one text. */
async function askEverything(values: Readonly<Record<string, Values>>, credential: string): Promise<string> {
  const answers: unknown[] = [];
  for (const root of ROOTS.Query) {
    for (const way of waysFrom(root).values()) {
      const query = `{ ${walk(way, values[root.name] ?? values['other'] ?? {}, 1)} }`;
      answers.push(await overHttp?.(fixture.brim, { query, credential }));
    }
  }
  for (const root of ROOTS.Subscription) {
    for (const way of waysFrom(root).values()) {
      const query = `subscription { ${walk(way, { ...values['other'], includeUsedUp: 'false', first: '2' }, 1)} }`;
      const answer = await overSse?.(fixture.brim, {
        query: query.replace(/(?<=^subscription { balancesChanged)/, fromTheStart()),
        credential,
      });
      // A push may hold at most a thousand values, and lists beneath auto top-ups may be more.
      const isTooMuch = JSON.stringify(answer ?? null).includes('QUERY_TOO_COMPLEX') && /autoTopUps/.test(query);
      if (!isTooMuch) answers.push(answer);
    }
  }
  return JSON.stringify(answers);
}

describe('everything that a customer token can reach', () => {
  it('belongs to its customer, and nothing to another customer or to the app', async () => {
    const { ada, bob } = fixture.purchases;
    const all = await askEverything(valuesFor(ADA, 'top_up', ada), fixture.token);
    expect(all).not.toMatch(/GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX/);
    for (const own of [ADA, 'apple name', 'apple@example.com', ada.paid, ada.pending, ada.pendingUrl, ada.hold])
      expect(all).toContain(own);
    expect(all).not.toMatch(/zebra|stripes/i);
    for (const other of [BOB, bob.paid, bob.pending, bob.pendingUrl, bob.hold]) expect(all).not.toContain(other);
    for (const word of ['metadata', 'Key', 'properties', 'Property', 'reason', 'use', 'gift'])
      expect(all).not.toMatch(new RegExp(`apple ?${word}`));
  });

  it("shows nothing of another customer, even with all of that customer's ids", async () => {
    const { bob } = fixture.purchases;
    const values = valuesFor(BOB, 'stripes', bob);
    const all = await askEverything(values, fixture.token);
    expect(all).not.toMatch(/zebra/i);
    expect(all).not.toContain(bob.pendingUrl);
    const mutations = ROOTS.Mutation.map((field) => callOf(field, values['other'] ?? {}, everythingOf(field.type, {}, 1)));
    for (const mutation of mutations) {
      const answer = JSON.stringify(
        await overHttp?.(fixture.brim, { query: `mutation { ${mutation} }`, credential: fixture.token }),
      );
      expect(answer).not.toMatch(/zebra/i);
      expect(answer).not.toMatch(/GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX/);
    }
  });

  it("is all visible to the app's secret key, which shows that the queries above would find a leak", async () => {
    const { bob } = fixture.purchases;
    const all = await askEverything(valuesFor(BOB, 'stripes', bob), TEST_KEY);
    const words = ['name', 'metadata', 'properties', 'reason', 'use', 'gift', 'plan'].map((word) => `zebra ${word}`);
    for (const own of [...words, 'zebra@example.com', bob.paid, bob.pending, bob.pendingUrl, bob.hold])
      expect(all.toLowerCase()).toContain(own.toLowerCase());
  });
});

describe("the app's own fields", () => {
  const query = `query ($id: ID!) { customer(id: $id) { metadata ledger { nodes { kind idempotencyKey properties reason } } } }`;

  it('are empty with a customer token, field by field', async () => {
    const { data } = await fixture.brim.query(query, { id: ADA }, fixture.token);
    expect(data.customer.metadata).toEqual({});
    expect(data.customer.ledger.nodes.length).toBeGreaterThan(2);
    for (const { idempotencyKey, properties, reason } of data.customer.ledger.nodes)
      expect({ idempotencyKey, properties, reason }).toEqual({ idempotencyKey: null, properties: null, reason: null });
  });

  it('have values with a secret key', async () => {
    const { customer } = await fixture.brim.data(query, { id: ADA });
    expect(customer.metadata).toEqual({ appleKey: 'apple metadata' });
    const filled = (name: string) => customer.ledger.nodes.some((node: Record<string, unknown>) => node[name] !== null);
    expect(['idempotencyKey', 'properties', 'reason'].filter((name) => !filled(name))).toEqual([]);
  });
});
