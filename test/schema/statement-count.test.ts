import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { attach, MESSAGES, openShop } from '../support/story.ts';

/**
 * Counts the statements that this process sends to Postgres, at the driver: below Prisma,
 * DataLoader and the pool, so every statement is counted. The lowest count of three runs is taken,
 * because the app's own timers send statements too.
 */
let brim: TestBrim;
const statements: string[] = [];
/** A timer sends this every second, which on a busy machine is during each run. */
const OF_TIMERS = /\btoken_revocation\b/;

beforeAll(async () => {
  brim = await openBrim();
  await openShop(brim);
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === 'string' ? first : String((first as { text: unknown }).text);
    if (!OF_TIMERS.test(text)) statements.push(text);
    return Reflect.apply(query, this, args);
  });
  await Promise.all(Array.from({ length: 50 }, (_, index) => fill(`customer-${index}`)));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await brim.close();
});

/** Makes a customer with two purchases, three grants, one of them used up, and five entries. */
async function fill(id: string): Promise<void> {
  await brim.data(
    `mutation ($id: ID!) {
      createCustomer(input: { id: $id }) { __typename }
      first: track(input: { customerId: $id, featureId: "${MESSAGES}", value: 10 }) { __typename }
      second: grantBalance(input: { customerId: $id, featureId: "${MESSAGES}", amount: 5 }) { __typename }
      third: grantBalance(input: { customerId: $id, featureId: "${MESSAGES}", amount: 5 }) { __typename }
      fourth: track(input: { customerId: $id, featureId: "${MESSAGES}", value: 7 }) { __typename }
    }`,
    { id },
  );
  await attach(brim, { customerId: id, planId: 'top_up', featureQuantities: [{ featureId: MESSAGES, quantity: '100' }] });
}

const NESTED = `query ($first: Int) { customers(first: $first) { nodes {
  id sequence
  balance(featureId: "${MESSAGES}") { remaining }
  balances(featureIds: ["${MESSAGES}"]) {
    remaining feature { name } customer { name }
    grants(includeUsedUp: true) { remaining feature { name } purchase { status customer { id } plan { name items { feature { name } } } } }
    ledger(first: 3) { nodes { amount feature { name } } }
  }
  ledger(first: 2) { nodes { amount purchase { id } feature { name } allocations { amount grant { remaining purchase { id } } } } }
  used: ledger(first: 5, kind: USAGE) { nodes { sequence } }
  purchases(first: 2) { nodes { status plan { name } grants { granted } featureQuantities { feature { name } quantity } } }
} } }`;

async function count(query: string, first: number): Promise<number> {
  const counts: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    statements.length = 0;
    const { customers } = await brim.data(query, { first });
    counts.push(statements.length);
    expect(customers.nodes).toHaveLength(first);
  }
  return Math.min(...counts);
}

describe('the number of SQL statements', () => {
  it('for a nested query does not grow from 5 customers to 40', async () => {
    const few = await count(NESTED, 5);
    expect(few).toBeGreaterThan(5);
    // One turn of the event loop sends one statement of a kind; a long operation takes a few turns.
    expect(await count(NESTED, 40)).toBeLessThan(few + 5);
    expect(few).toBeLessThanOrEqual(32);
  });

  it('for many balances in one document is one for each kind of read', async () => {
    const aliases = Array.from(
      { length: 40 },
      (_, index) => `c${index}: customer(id: "customer-${index}") { balances { remaining } }`,
    );
    const counts: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      statements.length = 0;
      await brim.data(`{ ${aliases.join(' ')} }`);
      counts.push(statements.length);
    }
    expect(Math.min(...counts)).toBe(3);
  });

  it('for a hundred requests at once is far below a hundred', async () => {
    await brim.data('{ customer(id: "customer-0") { sequence } }');
    statements.length = 0;
    const { reads } = brim.app.domain.ledger;
    await Promise.all(Array.from({ length: 100 }, (_, index) => reads.balancesOf(`customer-${index % 50}`)));
    expect(statements.filter((text) => text.includes('FROM balance'))).toHaveLength(1);
  });
});
