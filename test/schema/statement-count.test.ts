import { execute, parse } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { TestBrim } from '../support/brim.ts';
import { attach, MESSAGES, openShop } from '../support/shop.ts';

/**
 * Counts the statements that this process sends to Postgres, at the driver: below Prisma, the
 * loaders and the pool, so every statement is counted, a few of the app's own timers too.
 *
 * Documents are executed without a meter. A meter hands the values of a long operation on over
 * several turns of the event loop, and each turn reads for itself. Without one, all values of a
 * statement arrive together, so a field sends the same number of statements for any number of
 * objects, on any machine.
 */
let brim: TestBrim;
const statements: string[] = [];
/** Sent by a timer every second, and for each new connection. */
const OF_NO_READER = /\btoken_revocation\b|\bpg_backend_pid\b/;

async function run(query: string, variableValues: { readonly first?: number } = {}): Promise<void> {
  statements.length = 0;
  const contextValue = { ...brim.app.domain, actor: { kind: 'app' } };
  const { data, errors } = await execute({ schema, document: parse(query), contextValue, variableValues });
  expect(errors).toBeUndefined();
  if (variableValues.first !== undefined) expect(data).toMatchObject({ customers: { nodes: { length: variableValues.first } } });
}

const sent = (text: RegExp) => statements.filter((statement) => text.test(statement));

beforeAll(async () => {
  brim = await openShop();
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === 'string' ? first : String((first as { text: unknown }).text);
    if (!OF_NO_READER.test(text)) statements.push(text);
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

/**
 * What its fields send where no two of them share a statement, because answers arrive one by one.
 */
const READS_OF_NESTED = 35;

describe('the number of SQL statements', () => {
  it('for a nested query does not grow from 5 customers to 40', async () => {
    await run(NESTED, { first: 5 });
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.length).toBeLessThanOrEqual(READS_OF_NESTED);
    // A field that reads for each customer sends forty by itself.
    await run(NESTED, { first: 40 });
    expect(statements.length).toBeLessThanOrEqual(READS_OF_NESTED);
  });

  it('for many balances in one document is one for each kind of read', async () => {
    const aliases = Array.from(
      { length: 40 },
      (_, index) => `c${index}: customer(id: "customer-${index}") { balances { remaining } }`,
    );
    await run(`{ ${aliases.join(' ')} }`);
    expect(sent(/FROM ("public"\.")?customer\b/)).toHaveLength(1);
    expect(sent(/FROM balance\b/)).toHaveLength(1);
  });

  it('for a check is one: what is overdue and who is unknown are found in it', async () => {
    const query = `{ check(input: { customerId: "customer-1", featureId: "${MESSAGES}" }) { allowed balance { remaining } } }`;
    await run(query);
    // A second after the last time, the credit systems are read again, once for all checks.
    const needed = () =>
      statements.filter((text) => !/'CREDIT_SYSTEM'/.test(text) && /\b(customer|account|balance|feature)\b/.test(text));
    await run(query);
    expect(needed()).toHaveLength(1);
  });

  it('for a hundred requests at once is one', async () => {
    statements.length = 0;
    const { reads } = brim.app.domain.ledger;
    await Promise.all(Array.from({ length: 100 }, (_, index) => reads.balancesOf(`customer-${index % 50}`)));
    expect(sent(/FROM balance\b/)).toHaveLength(1);
  });
});
