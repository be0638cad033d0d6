/**
 * Every way in which an operation fails, over each transport, with its code. No answer repeats more
 * than 200 characters of what was sent.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TEST_KEY, type TestBrim } from '../../support/brim.ts';
import { createCustomer, createCustomerToken, openShop } from '../../support/shop.ts';
import { WIRES } from '../fixture.ts';

const LONG = 'x'.repeat(5_000);
const OF_LEDGER =
  'query ($kind: LedgerEntryKind, $first: Int) { customer(id: "ada") { ledger(kind: $kind, first: $first) { nodes { id } } } }';
const TRACK = 'mutation ($input: TrackInput!) { track(input: $input) { __typename } }';
const PLAN = 'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { __typename } }';
const PUSHES = 'subscription ($id: ID!, $after: SafeInt) { balanceChanged(customerId: $id, after: $after) { sequence } }';
const USE = { customerId: 'ada', featureId: 'premium_messages' };
const ITEM = { featureId: 'premium_messages', included: '1' };

interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** The document, its code, and the status of an "application/graphql-response+json" answer. */
const FAILURES: readonly (readonly [name: string, asked: Asked, code: string, status: number])[] = [
  ['no document', { query: '' }, 'GRAPHQL_PARSE_FAILED', 400],
  ['a document that cannot be parsed', { query: `{ ${LONG} "` }, 'GRAPHQL_PARSE_FAILED', 400],
  ['a name where none may be', { query: `{ customer(id: "ada" ${LONG}) }` }, 'GRAPHQL_PARSE_FAILED', 400],
  ['too many tokens', { query: `{ ${'__typename '.repeat(2_001)} }` }, 'QUERY_TOO_COMPLEX', 400],
  [
    'too many aliases',
    { query: `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: features { id }`).join(' ')} }` },
    'QUERY_TOO_COMPLEX',
    400,
  ],
  ['too many values', { query: OF_LEDGER, variables: { first: 100_000 } }, 'QUERY_TOO_COMPLEX', 400],
  ['an operation of another name', { query: 'query a { __typename }', operationName: LONG }, 'OPERATION_RESOLUTION_FAILURE', 400],
  [
    'several operations and no name',
    { query: 'query a { __typename } query b { __typename }' },
    'OPERATION_RESOLUTION_FAILURE',
    400,
  ],
  ['an unknown field', { query: `{ ${LONG} }` }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['an unknown argument', { query: `{ customer(id: "ada", ${LONG}: 1) { id } }` }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['a missing argument', { query: '{ customer { id } }' }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['an unknown directive', { query: `{ __typename @${LONG} }` }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['an unused fragment', { query: `{ __typename } fragment ${LONG} on Query { __typename }` }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['a literal of another type', { query: `{ customer(id: { ${LONG}: 1 }) { id } }` }, 'GRAPHQL_VALIDATION_FAILED', 400],
  [
    'a literal that is no number',
    { query: `{ plan(id: "a", version: ${'9'.repeat(5_000)}) { id } }` },
    'GRAPHQL_VALIDATION_FAILED',
    400,
  ],
  [
    'an unknown value of an enum',
    { query: `{ customer(id: "ada") { ledger(kind: ${LONG}) { nodes { id } } } }` },
    'GRAPHQL_VALIDATION_FAILED',
    400,
  ],
  ['a variable of a wrong type', { query: 'query ($id: Int!) { customer(id: $id) { id } }' }, 'GRAPHQL_VALIDATION_FAILED', 400],
  ['an unknown field of a subscription', { query: `subscription { ${LONG} }` }, 'GRAPHQL_VALIDATION_FAILED', 400],

  ['a variable that is missing', { query: TRACK }, 'BAD_USER_INPUT', 400],
  ['a variable that is null', { query: TRACK, variables: { input: null } }, 'BAD_USER_INPUT', 400],
  ['a variable that is text', { query: TRACK, variables: { input: LONG } }, 'BAD_USER_INPUT', 400],
  ['a field that is missing', { query: TRACK, variables: { input: { customerId: LONG } } }, 'BAD_USER_INPUT', 400],
  ['a field that is unknown', { query: TRACK, variables: { input: { ...USE, [LONG]: LONG } } }, 'BAD_USER_INPUT', 400],
  ['an id that is an object', { query: TRACK, variables: { input: { ...USE, customerId: { a: LONG } } } }, 'BAD_USER_INPUT', 400],
  [
    'a text that is a list',
    { query: TRACK, variables: { input: { ...USE, idempotencyKey: [LONG, LONG] } } },
    'BAD_USER_INPUT',
    400,
  ],
  ['an enum that is unknown', { query: OF_LEDGER, variables: { kind: LONG } }, 'BAD_USER_INPUT', 400],
  ['an enum that is a number', { query: OF_LEDGER, variables: { kind: 5 } }, 'BAD_USER_INPUT', 400],
  [
    'a truth that is text',
    { query: PLAN, variables: { input: { id: 'a', name: 'A', addOn: LONG, items: [] } } },
    'BAD_USER_INPUT',
    400,
  ],
  [
    'a whole number beyond 32 bits',
    { query: PLAN, variables: { input: { id: 'a', name: 'A', items: [{ ...ITEM, reset: { unit: 'DAY', count: 2 ** 31 } }] } } },
    'BAD_USER_INPUT',
    400,
  ],
  [
    'a whole number that is a fraction',
    { query: PLAN, variables: { input: { id: 'a', name: 'A', items: [{ ...ITEM, reset: { unit: 'DAY', count: 1.5 } }] } } },
    'BAD_USER_INPUT',
    400,
  ],
  ['a Decimal that is words', { query: TRACK, variables: { input: { ...USE, value: LONG } } }, 'BAD_USER_INPUT', 400],
  ['a DateTime that is words', { query: TRACK, variables: { input: { ...USE, occurredAt: LONG } } }, 'BAD_USER_INPUT', 400],
  ['a JSONObject that is text', { query: TRACK, variables: { input: { ...USE, properties: LONG } } }, 'BAD_USER_INPUT', 400],
  [
    'very many wrong items',
    {
      query: 'mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { __typename } }',
      variables: { input: { events: Array(1_000).fill(5) } },
    },
    'BAD_USER_INPUT',
    400,
  ],
  ['a SafeInt that is unsafe', { query: PUSHES, variables: { id: 'ada', after: 2 ** 53 } }, 'BAD_USER_INPUT', 400],
  ['a variable of a subscription', { query: PUSHES, variables: { id: [LONG] } }, 'BAD_USER_INPUT', 400],

  ['an input that the domain refuses', { query: OF_LEDGER, variables: { first: 0 } }, 'INVALID_INPUT', 200],
  ['a cursor that is none', { query: '{ customer(id: "ada") { ledger(after: "x") { nodes { id } } } }' }, 'INVALID_INPUT', 200],
  ['a customer that is unknown', { query: PUSHES, variables: { id: LONG } }, 'CUSTOMER_NOT_FOUND', 200],
  ['a surprise', { query: '{ features { id } }' }, 'INTERNAL', 200],
];

/** The longest repetition of one value. */
const ECHO_MAX = 200;

interface Seen {
  readonly status?: number;
  readonly text: string;
}

const asJson = async ({ url }: TestBrim, asked: Asked, accept: string, credential: string, path = '/graphql'): Promise<Seen> => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${credential}` },
    body: JSON.stringify(asked),
  });
  return { status: response.status, text: await response.text() };
};

const overSocket = async (brim: TestBrim, asked: Asked, credential: string): Promise<Seen> => {
  const client = brim.socket(credential);
  const refused: unknown[] = [];
  try {
    for await (const { errors } of client.iterate({ ...asked })) refused.push(...(errors ?? []));
  } catch (errors) {
    refused.push(...[errors].flat());
  } finally {
    await client.dispose();
  }
  return { text: JSON.stringify({ errors: refused }) };
};

const TRANSPORTS = {
  JSON: (brim: TestBrim, asked: Asked, credential: string) =>
    asJson(brim, asked, 'application/graphql-response+json', credential),
  'JSON by Yoga': (brim: TestBrim, asked: Asked, credential: string) =>
    asJson(brim, asked, 'application/graphql-response+json', credential, WIRES[1].path),
  SSE: (brim: TestBrim, asked: Asked, credential: string) => asJson(brim, asked, 'text/event-stream', credential),
  WebSocket: overSocket,
};

/** Every error in the text, at any place. */
function errorsIn(text: string): readonly { message: string; extensions?: Record<string, unknown> }[] {
  const json = text.startsWith('{') ? [text] : [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data = '']) => data);
  return json.flatMap((each) => JSON.parse(each).errors ?? []);
}

let brim: TestBrim;
let token: string;
beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
  token = await createCustomerToken(brim, 'ada');
  vi.spyOn(brim.app.domain.catalog, 'features').mockRejectedValue(new Error('the database password is hunter2'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await brim.close();
});

describe.each(Object.entries(TRANSPORTS))('over %s', (transport, ask) => {
  it.each(FAILURES)('%s has its code', async (_name, asked, code, status) => {
    const isSubscription = asked.query.startsWith('subscription');
    const seen = await ask(brim, asked, TEST_KEY);
    const errors = errorsIn(seen.text);
    // The answer to a subscription is an event stream, whatever else its request accepts.
    const isRun = code !== 'GRAPHQL_VALIDATION_FAILED';
    const isJson = transport.startsWith('JSON');
    const expected = isJson && isSubscription && isRun ? 'NOT_ACCEPTABLE' : code;
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(errors.map(() => expected));
    if (isJson) expect(seen.status).toBe(expected === 'NOT_ACCEPTABLE' ? 406 : status);
    for (const { message } of errors)
      expect(Math.max(0, ...(message.match(/[x9]+/g) ?? []).map((run) => run.length))).toBeLessThanOrEqual(ECHO_MAX);
    for (const { message } of errors) expect(message.match(/[x9]/g)?.length ?? 0, message).toBeLessThanOrEqual(ECHO_MAX);
    expect(seen.text).not.toContain('hunter2');
    expect(seen.text.length).toBeLessThan(51 * 500);
  });

  it('a command that a customer token may not send is FORBIDDEN', async () => {
    const { text } = await ask(brim, { query: TRACK, variables: { input: USE } }, token);
    expect(errorsIn(text)).toMatchObject([{ path: ['track'], extensions: { code: 'FORBIDDEN' } }]);
  });
});
