/**
 * The two transports of POST /graphql, the one for the usual request and Yoga's, answer operations
 * alike: every document, every parameter, and when the budget is used up.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestServer, WIRES } from '../fixture.ts';
import { accepts, exchange, openPair, post } from '../wire-pair.ts';

const DOCUMENTS = [
  ...['{ hello }', 'query A { hello } query B { whoami }', '{ hello ', '', ' ', '#', '{ nothing }', '{ helo }', '{ double }'],
  ...['{ surprise }', '{ hello surprise }', '{ forbidden }', '{ overloaded }', '{ graphqlError hello }', '{ __typename }'],
  ...['mutation { track }', 'mutation { track(value: "x") }', 'subscription { count(to: 2) }', 'subscription { surprising }'],
  ...['query ($v: Int!) { double(value: $v) }', '{ __schema { types { name } } }', '{ nested { child { child { id } } } }'],
  ...[
    `{ ${'a: hello '.repeat(60)} }`,
    `{ ${'nested { child { '.repeat(9)} id ${'} }'.repeat(9)} }`,
    '{ items(first: 100000) { nodes { id } } }',
  ],
  ...[
    'fragment A on Query { hello } { ...A }',
    'fragment A on Query { ...A } { ...A }',
    '{ hello @skip(if: true) }',
    'type A { a: Int }',
  ],
];

const VALUES = [
  null,
  true,
  0,
  5,
  '',
  'A',
  'B',
  'x',
  [],
  [1],
  {},
  { v: 2 },
  { v: 'x' },
  { persistedQuery: { version: 1, sha256Hash: 'x' } },
];

describe('the two transports', () => {
  it.each(WIRES)('are two: $by answers at $path', async ({ by, path }) => {
    const server = await openTestServer();
    const answer = await exchange(server, path, post('{"query":"{ by }"}'));
    expect(JSON.parse(answer.text)).toMatchObject({ data: { by } });
  });

  it('answer every document alike, in each type that can be asked for', async () => {
    const compare = await openPair();
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
      for (const query of DOCUMENTS) await compare(post(JSON.stringify({ query }), accepts(accept)));
    }
  });

  it('answer every parameter of any type alike, also where a name is unknown', async () => {
    const compare = await openPair();
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      for (const name of ['query', 'operationName', 'variables', 'extensions', 'more', '__proto__']) {
        for (const query of ['query A { hello } query B { whoami }', 'query ($v: Int!) { double(value: $v) }']) {
          for (const value of VALUES) {
            const params = [
              ['query', query],
              [name, value],
            ].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`);
            await compare(post(`{${params.join()}}`, accepts(accept)));
          }
        }
      }
    }
  });

  it('charge alike, and refuse alike once the budget is used up', async () => {
    const compare = await openPair(25_000);
    const statuses = new Set<unknown>();
    for (let times = 0; times < 8; times += 1) {
      for (const query of [
        '{ hello }',
        '{ hello',
        '{ nothing }',
        '{ items(first: 2000) { nodes { id } } }',
        '{ items(first: 200000) { nodes { id } } }',
      ]) {
        statuses.add((await compare(post(JSON.stringify({ query }), accepts('application/graphql-response+json')))).status);
      }
    }
    expect([...statuses].sort()).toEqual([200, 400, 429]);
  });

  it('answer arbitrary requests alike', async () => {
    const compare = await openPair();
    const document = fc.oneof(fc.constantFrom(...DOCUMENTS), fc.string());
    const params = fc.dictionary(
      fc.constantFrom('operationName', 'variables', 'extensions', 'x'),
      fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue()),
    );
    const body = fc.oneof(
      fc.tuple(document, params).map(([query, more]) => JSON.stringify({ query, ...more })),
      fc.json(),
      fc.string({ unit: 'binary' }),
    );
    const type = fc.constantFrom('application/json', 'application/graphql-response+json', '*/*');
    await fc.assert(
      fc.asyncProperty(body, type, async (text, accept) => void (await compare(post(text, accepts(accept))))),
      { numRuns: 200 },
    );
  });
});
