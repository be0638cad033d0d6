/**
 * Sends inputs through the public API beside a witness. The witness shows whether anything was
 * written, and whether a valid command at the same moment succeeded.
 */
import pg from 'pg';
import { expect } from 'vitest';
import { type Answer, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';

/** The result of a mutation that was refused as it should be. */
export interface Refusal {
  readonly __typename: string;
  readonly message: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly code: string; readonly message: string }[];
}

export interface Fixture {
  readonly brim: TestBrim;
  /** Sends a mutation, and returns its payload unchanged. */
  send(verb: string, input: unknown): Promise<Refusal>;
  /** Posts a body unchanged. */
  post(body: string, headers?: Record<string, string>): Promise<{ readonly status: number; readonly answer: Answer }>;
  /** Runs it beside a valid command, and asserts that only the valid one wrote anything. */
  withoutWriting<Result>(act: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A customer with a use at the same moment. Everything that is written for it has its name. */
const NEIGHBOUR = 'good_neighbour';

/** A Brim with the seed's shop and the customer `payer`, who has the free 10. */
export async function openFixture(): Promise<Fixture> {
  const brim = await openShop();
  await createCustomer(brim, 'payer');
  await createCustomer(brim, NEIGHBOUR);
  await grant(brim, { customerId: NEIGHBOUR, amount: '1000000' });
  const sql = new pg.Client({ connectionString: brim.databaseUrl });
  await sql.connect();
  const digest = await digestQuery(sql);

  async function post(body: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${brim.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}`, ...headers },
      body,
    });
    const answer: Answer = await response.json();
    return { status: response.status, answer };
  }

  return {
    brim,
    post,
    async send(verb, input) {
      const data = await brim.data(documentOf(verb), { input });
      return data.answer;
    },
    async withoutWriting(act) {
      const before = (await sql.query(digest)).rows;
      const [result, good] = await Promise.all([act(), track(brim, { customerId: NEIGHBOUR })]);
      expect(good).toMatchObject({ __typename: 'TrackSuccess', applied: '1', replayed: false });
      expect((await sql.query(digest)).rows).toEqual(before);
      return result;
    },
    async close() {
      await sql.end();
      await brim.close();
    },
  };
}

/**
 * The mutation that sends `$input`. Archiving refuses no input, so its payload has no such member.
 */
function documentOf(verb: string): string {
  const issues = verb.startsWith('archive') ? '' : '... on InvalidInputError { issues { path code message } }';
  const inputType = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  return `mutation ($input: ${inputType}!) { answer: ${verb}(input: $input) { __typename ... on Error { message } ${issues} } }`;
}

/**
 * The content of every table without the neighbour's rows: the number of rows, and a checksum. Not
 * of `sweep`, where the background notes how far it has looked for what is old.
 */
async function digestQuery(sql: pg.Client): Promise<string> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'stripe_sandbox') AND tablename NOT IN ('_prisma_migrations', 'sweep') ORDER BY 1`,
  );
  expect(rows.length).toBeGreaterThan(10);
  return rows
    .map(
      ({ name }) =>
        `SELECT '${name}' AS table, count(*)::int AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS content
         FROM ${name} t WHERE t::text NOT LIKE '%${NEIGHBOUR}%'`,
    )
    .join(' UNION ALL ');
}

/**
 * Asserts an InvalidInputError with one issue, at this path and with this message, and that the
 * error's message contains both.
 */
export function expectIssue(refusal: Refusal, path: readonly (string | number)[], says: string): void {
  expect(refusal).toEqual({
    __typename: 'InvalidInputError',
    message: expect.stringContaining(`${path.join('.')}: `),
    issues: [{ path: path.map(String), code: expect.any(String), message: expect.stringContaining(says) }],
  });
  expect(refusal.message).toContain(says);
}

/** The only error of an answer: of the whole operation, or of a query's field. */
export function expectError({ data, errors }: Answer, code: string, says: string): void {
  expect(errors).toMatchObject([{ message: expect.stringContaining(says), extensions: { code } }]);
  expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
}

/** A valid input for track, except for the given properties. */
export function use(change: Record<string, unknown>) {
  return { customerId: 'payer', featureId: MESSAGES, ...change };
}
