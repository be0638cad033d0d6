/**
 * A running server over a schema of a few fields, and clients for it, for the tests of the server.
 *
 * Everything that a test opens here is closed after the test.
 */
import { GraphQLError, type GraphQLSchema, isObjectType } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { createSchema } from 'graphql-yoga';
import { beforeEach, describe, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Access, openAccess } from '../../src/access/access.ts';
import type { Actor } from '../../src/access/actor.ts';
import { type Log, openLog } from '../../src/platform/log.ts';
import { openServer, type RunningServer, type ServerOptions } from '../../src/server/server.ts';
import type { Clock } from '../../src/values/clock.ts';
import { ForbiddenError, OverloadedError } from '../../src/values/errors.ts';
import { declareCost } from '../../src/values/field-cost.ts';
import { patience } from '../support/deadlines.ts';

export const KEY = 'brim_sk_test_0123456789abcdef';
export const TOKEN_SECRET = 'a secret of the tests that is long enough';
export const BEARER = { authorization: `Bearer ${KEY}` };

/**
 * The transports of POST /graphql: the one for the usual request, and Yoga's, to which a query in
 * the URL leads.
 */
export const WIRES = [
  { by: 'the usual transport', path: '/graphql' },
  { by: 'Yoga', path: '/graphql?by=yoga' },
] as const;

/** The path at which the present test sends its operations. */
export const wire: { path: (typeof WIRES)[number]['path'] } = { path: '/graphql' };

/** The same tests for each transport. They send to `wire.path`, as `TestServer.query` does. */
export function describeOnEachWire(name: string, tests: () => void): void {
  describe.each(WIRES)(`${name}, by $by`, ({ path }) => {
    beforeEach(() => {
      wire.path = path;
      return () => {
        wire.path = '/graphql';
      };
    });
    tests();
  });
}

/** The real time with an offset: a token for 10 s that was made 8.5 s ago has 1.5 s left. */
export function openTestClock(): Clock & { offsetMs: number } {
  return {
    offsetMs: 0,
    now() {
      return new Date(Date.now() + this.offsetMs);
    },
  };
}

export interface Ticks {
  pulled: number;
  returned: number;
}

export interface TestServer extends RunningServer {
  readonly access: Access;
  readonly ticks: Ticks;
  readonly clock: Clock & { offsetMs: number };
  readonly log: Log;
  readonly errors: ReturnType<typeof vi.fn>;
  /** POSTs JSON, by default with the secret key. */
  query(query: string, options?: QueryOptions): Promise<Answer>;
  /** A graphql-ws client, by default with the secret key. */
  connect(connectionParams?: Record<string, unknown>): Client;
  tokenFor(customerId: string, lifetimeMs: number): Promise<string>;
}

export interface QueryOptions {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly operationName?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    data?: Record<string, unknown> | null;
    extensions?: Record<string, Record<string, unknown>>;
    errors?: { message: string; path?: unknown; extensions?: Record<string, unknown> }[];
  };
}

/** More than a socket's buffers hold. */
const BULK = 'x'.repeat(65_536);

function testSchema(ticks: Ticks): GraphQLSchema {
  const schema = createSchema<{ actor: Actor; requestId: string; request: { url?: string } }>({
    typeDefs: /* GraphQL */ `
      type Query {
        hello: String!
        whoami: String!
        requestId: String!
        "The transport that answers."
        by: String!
        surprise: String
        forbidden: String
        overloaded: String
        graphqlError: String
        slow: String!
        double(value: Int!): Int!
        items(first: Int = 20): ItemConnection!
        nested: Item!
      }
      type ItemConnection { nodes: [Item!]! }
      type Item { id: ID! child: Item! items(first: Int = 20): ItemConnection! }
      type Mutation { track(value: Int = 1): Int! }
      type Subscription {
        "Counts up to the number, then ends."
        count(to: Int!): Int!
        "Has one value, and then waits for ever."
        wait: String!
        "Never ends, and is always ready."
        endless: String!
        surprising: String!
        item: Item!
        "Has nothing to say, for ever."
        silent: String!
      }
    `,
    resolvers: {
      Query: {
        hello: () => 'hello',
        whoami: (_source, _args, { actor }) => (actor.kind === 'app' ? 'app' : actor.customerId),
        requestId: (_source, _args, { requestId }) => requestId,
        by: (_source, _args, { request }) => (request.url === undefined ? WIRES[0].by : WIRES[1].by),
        surprise: () => {
          throw new Error('the database password is hunter2');
        },
        forbidden: () => {
          throw new ForbiddenError('A customer token cannot do this.');
        },
        overloaded: () => {
          throw new OverloadedError();
        },
        graphqlError: () => {
          throw new GraphQLError('As it is.', { extensions: { code: 'MINE' } });
        },
        slow: () => {
          slow.started = true;
          return slow.promise;
        },
        double: (_source, { value }: { value: number }) => value * 2,
        items: () => ({ nodes: [] }),
        nested: () => ({ id: '1' }),
      },
      Item: { child: () => ({ id: '2' }), items: () => ({ nodes: [] }) },
      Mutation: { track: (_source, { value }: { value: number }) => value },
      Subscription: {
        count: {
          async *subscribe(_source: unknown, { to }: { to: number }) {
            for (let count = 1; count <= to; count += 1) yield { count };
          },
        },
        wait: {
          subscribe: () => {
            let given = false;
            let wake: ((result: IteratorResult<{ wait: string }>) => void) | undefined;
            return {
              [Symbol.asyncIterator]() {
                return this;
              },
              next: () => {
                if (!given) {
                  given = true;
                  return Promise.resolve({ done: false, value: { wait: 'first' } });
                }
                return new Promise<IteratorResult<{ wait: string }>>((resolve) => {
                  wake = resolve;
                });
              },
              return: async () => {
                ticks.returned += 1;
                const done: IteratorResult<{ wait: string }> = { done: true, value: undefined };
                wake?.(done);
                return done;
              },
            };
          },
        },
        endless: {
          async *subscribe() {
            try {
              for (;;) {
                ticks.pulled += 1;
                yield { endless: BULK };
              }
            } finally {
              ticks.returned += 1;
            }
          },
        },
        silent: {
          subscribe: () => ({
            [Symbol.asyncIterator]() {
              return this;
            },
            next: () => new Promise<never>(() => undefined),
            return: async () => ({ done: true, value: undefined }),
          }),
        },
        item: {
          async *subscribe() {
            yield { item: { id: '1' } };
          },
        },
        surprising: {
          // biome-ignore lint/correctness/useYield: it throws before it would.
          async *subscribe() {
            throw new Error('the database password is hunter2');
          },
        },
      },
    },
  });
  const page = schema.getType('ItemConnection');
  if (isObjectType(page)) for (const nodes of Object.values(page.getFields())) nodes.extensions = declareCost({ list: 'page' });
  return schema;
}

/** The promise that `slow` waits for. */
export const slow: { promise: Promise<string>; finish: (text: string) => void; started: boolean } = {
  promise: Promise.resolve(''),
  finish: () => undefined,
  started: false,
};

export function holdSlow(): void {
  slow.started = false;
  slow.promise = new Promise((resolve) => {
    slow.finish = resolve;
  });
}

export async function openTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const clock = openTestClock();
  const access = openAccess({ clock, keys: [KEY], tokenSecrets: [TOKEN_SECRET] });
  const ticks: Ticks = { pulled: 0, returned: 0 };
  const log = openLog('silent');
  const errors = vi.fn();
  log.error = errors;
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    graphiql: true,
    developmentKey: KEY,
    schema: testSchema(ticks),
    access,
    clock,
    contextFor: (actor, requestId) => ({ actor, requestId }),
    routes: [],
    isDatabaseReady: async () => undefined,
    log,
    ...options,
  });
  onTestFinished(() => server.close());
  return {
    ...server,
    access,
    ticks,
    clock,
    log,
    errors,
    query: (query, queryOptions) => post(`${server.url}${wire.path}`, query, queryOptions),
    connect(connectionParams = BEARER) {
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams,
        retryAttempts: 0,
      });
      onTestFinished(async () => client.dispose());
      return client;
    },
    async tokenFor(customerId, lifetimeMs) {
      clock.offsetMs = lifetimeMs - 10_000;
      const { token } = await access.customerTokens.issue({ customerId, expiresInSeconds: 10 });
      clock.offsetMs = 0;
      return token;
    },
  };
}

async function post(url: string, query: string, { variables, operationName, headers = {} }: QueryOptions = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...BEARER, ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/**
 * A plain socket that speaks graphql-transport-ws, for messages that a correct client would not
 * send.
 */
export async function openRawSocket(
  server: TestServer,
  connectionParams: Record<string, unknown> | null = BEARER,
): Promise<RawSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: RawMessage[] = [];
  socket.on('message', (message) => messages.push(JSON.parse(String(message))));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', ...(connectionParams ? { payload: connectionParams } : {}) });
  const find = (id: string, type: string) => messages.find((message) => message.id === id && message.type === type);
  return {
    socket,
    messages,
    closed,
    send,
    subscribe: (id, query, extensions) =>
      send({ id, type: 'subscribe', payload: { query, ...(extensions ? { extensions } : {}) } }),
    answerTo: (id, type = 'next') =>
      vi.waitFor(() => find(id, type) ?? Promise.reject(new Error(`No ${type} for ${id} in ${messages.length} messages`)), {
        timeout: patience(5_000),
      }),
    acknowledged: () =>
      vi.waitFor(() => messages.some(({ type }) => type === 'connection_ack') || Promise.reject(new Error('Not acknowledged.'))),
  };
}

export interface RawMessage {
  readonly id?: string;
  readonly type: string;
  // The server's own payload: tests compare it as a whole.
  readonly payload?: unknown;
}

export interface RawSocket {
  readonly socket: WebSocket;
  readonly messages: readonly RawMessage[];
  readonly closed: Promise<number>;
  send(message: object): void;
  subscribe(id: string, query: string, extensions?: object): void;
  answerTo(id: string, type?: 'next' | 'error' | 'complete'): Promise<RawMessage>;
  acknowledged(): Promise<unknown>;
}
