/**
 * A refusal has the same words, code and facts wherever it is met: in the payload of a mutation, in
 * the errors of a query, and in those of a subscription, over HTTP, server-sent events and
 * WebSocket. docs/errors.md says so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { TEST_KEY, type TestBrim } from '../../support/brim.ts';
import { openShop } from '../../support/shop.ts';

interface Refusal {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

/** Asks over HTTP. @returns the status, the type and the text. */
async function post(query: string, accept: string) {
  const response = await fetch(`${brim.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

async function overHttp(query: string): Promise<readonly Refusal[]> {
  const { status, text } = await post(query, 'application/json');
  expect(status).toBe(200);
  return JSON.parse(text).errors;
}

async function overEvents(query: string): Promise<readonly Refusal[]> {
  const { status, text } = await post(query, 'text/event-stream');
  expect(status).toBe(200);
  expect(text).toMatch(/event: complete\ndata:\n\n$/);
  return [...text.matchAll(/^data: (\{.*\})$/gm)].flatMap(([, data = '']) => JSON.parse(data).errors);
}

async function overSocket(query: string): Promise<readonly Refusal[]> {
  const socket = brim.socket();
  const errors: Refusal[] = [];
  try {
    for await (const result of socket.iterate({ query })) errors.push(...((result.errors ?? []) as unknown as Refusal[]));
  } catch (refused) {
    errors.push(...(refused as Refusal[]));
  } finally {
    await socket.dispose();
  }
  return errors;
}

/** What is refused, asked by each operation; and the facts that every refusal of it has. */
const REFUSED = {
  'an unknown customer': {
    query: '{ check(input: { customerId: "nobody", featureId: "premium_messages" }) { allowed } }',
    mutation:
      'mutation { track(input: { customerId: "nobody", featureId: "premium_messages" }) { __typename ... on Error { message code retryable } ... on CustomerNotFoundError { customerId } } }',
    subscription: 'subscription { balanceChanged(customerId: "nobody") { sequence } }',
    code: 'CUSTOMER_NOT_FOUND',
    type: 'CustomerNotFoundError',
    facts: { customerId: 'nobody' },
  },
  'no customer, with a secret key': {
    query: '{ check(input: { featureId: "premium_messages" }) { allowed } }',
    mutation:
      'mutation { attachPlan(input: { planId: "top_up" }) { __typename ... on Error { message code retryable } ... on InvalidInputError { issues { path code message } } } }',
    subscription: 'subscription { autoTopUpsChanged { feature { id } } }',
    code: 'INVALID_INPUT',
    type: 'InvalidInputError',
    facts: { issues: [{ path: ['customerId'], code: 'REQUIRED', message: 'must be given with a secret key' }] },
  },
} as const;

describe.each(Object.entries(REFUSED))('%s is refused', (_name, { query, mutation, subscription, code, type, facts }) => {
  it('by a mutation with a member of its payload, over HTTP and a socket', async () => {
    const expected = { __typename: type, message: expect.any(String), code, retryable: false, ...facts };
    const [payload] = Object.values(await brim.data(mutation));
    expect(payload).toEqual(expected);
    for await (const { data, errors } of brim.socket().iterate({ query: mutation })) {
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {})).toEqual([payload]);
    }
  });

  it('by a query and a subscription with the same words, code and facts in `errors`', async () => {
    const [member] = Object.values<{ message: string }>(await brim.data(mutation));
    const refusal = (path: string) => ({ message: member?.message, path: [path], extensions: { code, ...facts } });
    const answers = {
      'a query over HTTP': [await overHttp(query), 'check'],
      'a query over a socket': [await overSocket(query), 'check'],
      'a subscription over events': [await overEvents(subscription), subscription.match(/\w+Changed/)?.[0] ?? ''],
      'a subscription over a socket': [await overSocket(subscription), subscription.match(/\w+Changed/)?.[0] ?? ''],
    } as const;
    for (const [asked, [errors, path]] of Object.entries(answers))
      expect(
        errors.map(({ message, path: at, extensions }) => ({ message, path: at, extensions })),
        asked,
      ).toEqual([refusal(path)]);
  });
});

it('a field that may be null is null beside its error, and the rest of the answer stands', async () => {
  const { data, errors } = await brim.query(
    'mutation { a: createFeature(input: { id: "a", name: "A", type: METERED }) { __typename } b: track(input: { customerId: "b c", featureId: "a" }) { ... on Error { code } } }',
  );
  expect([data, errors]).toEqual([{ a: { __typename: 'CreateFeatureSuccess' }, b: { code: 'INVALID_INPUT' } }, undefined]);
  const read = await brim.query('{ features { id } nobody: customer(id: "nobody") { id } customers(first: 0) { nodes { id } } }');
  expect(read).toMatchObject({
    data: { features: { length: 2 }, nobody: null, customers: null },
    errors: [{ path: ['customers'], extensions: { issues: [{ path: ['first'], code: 'TOO_SMALL' }] } }],
  });
});

it.each([
  ['a field that is refused', '{ customers(first: 0) { nodes { id } } }', 200, 200, 200],
  ['a document that does not parse', '{', 400, 200, 200],
  ['a document that does not fit the schema', '{ nobody }', 400, 200, 200],
  ['a variable that is missing', 'query ($id: ID!) { customer(id: $id) { id } }', 400, 400, 400],
])('%s has its HTTP status', async (_name, query, asGraphql, asJson, asEvents) => {
  const statuses = ['application/graphql-response+json', 'application/json', 'text/event-stream'].map(
    async (accept) => (await post(query, accept)).status,
  );
  expect(await Promise.all(statuses)).toEqual([asGraphql, asJson, asEvents]);
});

it('an id that is a text of thousands of characters is repeated shortened', async () => {
  const nobody = 'x'.repeat(5_000);
  const [refusal] = await overHttp(
    `{ customer(id: "a") { id } usage: check(input: { customerId: "a", featureId: "${nobody}" }) { allowed } }`,
  );
  expect(JSON.stringify(refusal).length).toBeLessThan(1_000);
});

it('every refusal of a payload has a code and says whether to send it again', () => {
  const types = schema.getPossibleTypes(schema.getType('Error') as never);
  expect(types.length).toBeGreaterThan(20);
  for (const type of types)
    expect(Object.keys(type.getFields())).toEqual(expect.arrayContaining(['message', 'code', 'retryable']));
});
