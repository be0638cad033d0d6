/**
 * Brim as a subgraph of Apollo Federation 2: composed with another subgraph by Apollo's own
 * composition, and asked, subscriptions included, through Hive Gateway.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parse } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toSubgraph } from '../../schema/federation.ts';
import { schema } from '../../schema/index.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop, track } from '../support/shop.ts';

/** Another team's subgraph, which knows customers by their ids alone. */
const PEOPLE = /* GraphQL */ `
  type Query { people: [Customer!]! }
  type Customer @key(fields: "id") { id: ID! colour: String! }
`;
const COLOURS: Readonly<Record<string, string>> = { ada: 'green', bob: 'red' };

let brim: TestBrim;
let people: Server;
let gateway: ReturnType<typeof createGatewayRuntime>;
let token: string;

beforeAll(async () => {
  brim = await openShop({ config: { federation: true } });
  for (const [id, name] of Object.entries({ ada: 'Apple', bob: 'Zebra' })) {
    await createCustomer(brim, id);
    await brim.data('mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename } }', {
      input: { id, name },
    });
  }
  token = await createCustomerToken(brim, 'ada');
  people = await openPeople();
  const { sdl } = (await brim.data('{ _service { sdl } }'))._service;
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
  const composed = composeServices([
    { name: 'brim', url: `${brim.url}/graphql`, typeDefs: parse(sdl) },
    {
      name: 'people',
      url: `http://127.0.0.1:${(people.address() as AddressInfo).port}/graphql`,
      typeDefs: parse(`${link} ${PEOPLE}`),
    },
  ]);
  expect(composed.errors ?? []).toEqual([]);
  gateway = createGatewayRuntime({
    supergraph: composed.supergraphSdl ?? '',
    logging: false,
    propagateHeaders: { fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }) },
  });
}, patience(60_000));
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  people?.close();
  people?.closeAllConnections();
  await brim?.close();
});

async function openPeople(): Promise<Server> {
  const typeDefs = `${PEOPLE.replace(' @key(fields: "id")', '')}
    scalar _Any
    union _Entity = Customer
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const resolvers = {
    Query: {
      people: () => Object.keys(COLOURS).map((id) => ({ id })),
      _entities: (_: unknown, { representations }: { representations: object[] }) => representations,
    },
    Customer: { colour: ({ id }: { id: string }) => COLOURS[id] },
  };
  const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });
  const server = createServer((req, res) => void yoga(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function send(query: string, credential: string, accept = 'application/json') {
  return gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query }),
  });
}
const ask = async (query: string, credential = TEST_KEY) => (await send(query, credential)).json();

describe('through Hive Gateway', () => {
  it('a query joins what two subgraphs know of a customer, from either side', async () => {
    const query = `{
      people { colour name balance(featureId: "${MESSAGES}") { remaining } }
      customer(id: "bob") { colour id }
    }`;
    expect(await ask(query)).toEqual({
      data: {
        people: [
          { colour: 'green', name: 'Apple', balance: { remaining: '10' } },
          { colour: 'red', name: 'Zebra', balance: { remaining: '10' } },
        ],
        customer: { colour: 'red', id: 'bob' },
      },
    });
  });

  it('a mutation is done', async () => {
    const query = `mutation { track(input: { customerId: "bob", featureId: "${MESSAGES}", value: 4 }) {
      ... on TrackSuccess { balance { remaining customer { colour } } } ... on Error { message } } }`;
    expect(await ask(query)).toEqual({ data: { track: { balance: { remaining: '6', customer: { colour: 'red' } } } } });
  });

  it('a customer token sees of its own customer only what Brim knows', async () => {
    expect((await ask('{ viewer { id colour } people { id colour name } }', token)).data).toEqual({
      viewer: { id: 'ada', colour: 'green' },
      people: [
        { id: 'ada', colour: 'green', name: 'Apple' },
        { id: 'bob', colour: 'red', name: null },
      ],
    });
    expect((await ask('{ customer(id: "bob") { id } }', token)).data).toEqual({ customer: null });
  });

  it(
    'a subscription pushes, joined with the other subgraph',
    async () => {
      const query = `subscription { balanceChanged { cause balance { remaining customer { colour } } } }`;
      const stream = await send(query, token, 'text/event-stream');
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      const pushed: unknown[] = [];
      let text = '';
      for await (const bytes of stream.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(bytes).toString();
        const data = [...text.matchAll(/^data: ?(\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json));
        if (data.length > pushed.length && pushed.length === 0) await track(brim, { customerId: 'ada', value: '3' });
        pushed.splice(0, pushed.length, ...data);
        if (pushed.length >= 2) break;
      }
      const change = (cause: string, remaining: string) => ({
        data: { balanceChanged: { cause, balance: { remaining, customer: { colour: 'green' } } } },
      });
      expect(pushed).toMatchObject([change('SNAPSHOT', '10'), change('LEDGER', '7')]);
    },
    patience(30_000),
  );
});

describe('_entities', () => {
  const find = (representations: unknown, credential?: string) =>
    brim.query(
      'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Customer { id } ... on Feature { id } ... on Plan { key } ... on Balance { id } } }',
      { of: representations },
      credential,
    );

  it('finds each entity by its key, in order, and null in the place of others', async () => {
    const keys = [
      { __typename: 'Balance', id: `ada/${MESSAGES}` },
      { __typename: 'Customer', id: 'nobody' },
      { __typename: 'Plan', key: 'free@1' },
      { __typename: 'Feature', id: MESSAGES },
      { __typename: 'Customer', id: 'ada' },
    ];
    const all = [keys[0], null, ...keys.slice(2)];
    expect((await find(keys)).data._entities).toEqual(all);
    expect((await find(keys, token)).data._entities).toEqual(all);
  });

  it('shows a customer token nothing of another customer', async () => {
    const bobs = [
      { __typename: 'Customer', id: 'bob' },
      { __typename: 'Balance', id: `bob/${MESSAGES}` },
      { __typename: 'Plan', key: 'top_up@1' },
    ];
    expect((await find(bobs, token)).data._entities.slice(0, 2)).toEqual([null, null]);
    expect((await find(bobs)).data._entities).toEqual(bobs);
  });

  it.each([
    ['nothing', [{}]],
    ['text', ['ada']],
    ['null in its key', [{ __typename: 'Customer', id: null }]],
    ['another key', [{ __typename: 'Plan', id: 'top_up' }]],
    ['a type that is no entity', [{ __typename: 'Purchase', id: 'x' }]],
    ['a name that every object has', [{ __typename: 'constructor', id: 'x' }]],
    ['more than a thousand', Array(1_001).fill({ __typename: 'Feature', id: MESSAGES })],
  ])('refuses %s', async (_, of) => {
    expect((await find(of)).errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['INVALID_INPUT']);
  });

  it('describes the API to nobody with a customer token', async () => {
    const { data, errors } = await brim.query('{ _service { sdl } }', {}, token);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });
});

it('is not there unless the operator asks for it', () => {
  expect(schema.getType('_Entity')).toBeUndefined();
  expect(schema.getQueryType()?.getFields()).not.toHaveProperty('_service');
  expect(toSubgraph(schema).getQueryType()?.getFields()).toHaveProperty('_service');
});
