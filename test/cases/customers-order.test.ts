/** The list of all customers in each of its orders, page by page, with and without a search. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';

interface Listed {
  readonly id: string;
  readonly createdAt: string;
}

/** Many are made at one instant, and their ids have another order than their instants. */
const IDS = ['m1', 'a2', 'z3', 'b4', 'y5', 'c6', 'x7', 'd8', 'w9'];
let brim: TestBrim;

beforeAll(async () => {
  brim = await openBrim();
  for (const id of IDS)
    await brim.data('mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }', {
      input: { id, name: 'bcd'.includes(id.slice(0, 1)) ? 'Miss Found' : null },
    });
  await runOn(
    brim.databaseUrl,
    "UPDATE customer SET created_at = timestamptz '2026-01-01T00:00:00Z' + (right(id, 1)::int / 4) * interval '1 hour'",
  );
});
afterAll(() => brim.close());

const LIST = `query ($first: Int, $after: String, $search: String, $orderBy: CustomerOrder) {
  customers(first: $first, after: $after, search: $search, orderBy: $orderBy) {
    nodes { id createdAt } pageInfo { hasNextPage endCursor }
  }
}`;

async function walk(first: number, wanted: { readonly orderBy?: string; readonly search?: string }): Promise<readonly Listed[]> {
  const walked: Listed[] = [];
  for (let after: string | null = null; ; ) {
    const { customers } = await brim.data(LIST, { ...wanted, first, after });
    walked.push(...customers.nodes);
    if (!customers.pageInfo.hasNextPage) return walked;
    after = customers.pageInfo.endCursor;
  }
}

const place = ({ createdAt, id }: Listed) => `${createdAt} ${id}`;
const ORDERS: Readonly<Record<string, (a: Listed, b: Listed) => boolean>> = {
  NEWEST_FIRST: (a, b) => place(a) > place(b),
  OLDEST_FIRST: (a, b) => place(a) < place(b),
  ID: (a, b) => a.id < b.id,
};

describe.each(Object.entries(ORDERS))('customers(orderBy: %s)', (orderBy, precedes) => {
  it.each([1, 2, 4, 100])('gives each customer once and in order, in pages of %i', async (first) => {
    const walked = await walk(first, { orderBy });
    expect(walked.map(({ id }) => id).toSorted()).toEqual(IDS.toSorted());
    expect(walked).toEqual(walked.toSorted((a, b) => (precedes(a, b) ? -1 : 1)));
  });

  it('gives those that a search finds in the same order', async () => {
    const all = (await walk(100, { orderBy })).filter(({ id }) => 'bcd'.includes(id.slice(0, 1)));
    expect(await walk(1, { orderBy, search: 'miss found' })).toEqual(all);
  });

  it('refuses a cursor of another order, and says where', async () => {
    for (const other of Object.keys(ORDERS).filter((each) => each !== orderBy)) {
      const { customers } = await brim.data(LIST, { first: 2, orderBy: other });
      const { errors } = await brim.query(LIST, { orderBy, after: customers.pageInfo.endCursor });
      expect(errors, other).toMatchObject([
        { extensions: { code: 'INVALID_INPUT', issues: [{ path: ['after'], code: 'INVALID_FORMAT' }] } },
      ]);
    }
  });
});

it('without an order the newest customer is the first', async () => {
  expect(await walk(2, {})).toEqual(await walk(100, { orderBy: 'NEWEST_FIRST' }));
});
