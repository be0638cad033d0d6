/** Operations that read more than declared, on a server whose lists declare false sizes. */
import { request } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import { createSchema } from 'graphql-yoga';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LIMITS, type Limits } from '../../../src/server/limits/limits.ts';
import { recordOutcome } from '../../../src/values/after-commit.ts';
import { RateLimitedError } from '../../../src/values/errors.ts';
import { declareCost } from '../../../src/values/field-cost.ts';
import { patience } from '../../support/deadlines.ts';
import { BEARER, describeOnEachWire, openRawSocket, openTestServer, type RawSocket, type TestServer, wire } from '../fixture.ts';

interface Facts {
  /** The number of fields that were really read. */
  reads: number;
  /** The root fields that were executed. */
  readonly done: number[];
  /** Fields that never resolve. */
  stuck: number;
}

const EMPTY = [...Array(1_000).keys()].map(() => ({}));

function longSchema(facts: Facts) {
  const next = async () => {
    facts.reads += 1;
    await pass(40);
    return {};
  };
  const schema = createSchema({
    typeDefs: /* GraphQL */ `
      type Query { things: [Thing!]! later: [Thing!]! step: Step! never: String small: Int! }
      type Thing { id: ID! things: [Thing!]! later: [Thing!]! names: [String!]! asks: Int! }
      type Step { next: Step! }
      type Mutation { do(value: Int!): Done slowly(value: Int!): Done refuse: Done decline: Done fail: Done }
      type Done { value: Int! things: [Thing!]! never: String }
      type Subscription { pushes: Push! }
      type Push { value: Int! things: [Thing!]! inTurn: Int! }
    `,
    resolvers: {
      Query: {
        things: () => EMPTY,
        later: async () => EMPTY,
        step: () => ({}),
        never: () => {
          facts.stuck += 1;
          return new Promise(() => undefined);
        },
        small: () => 1,
      },
      Thing: {
        id: () => 'x',
        things: () => EMPTY,
        later: async () => EMPTY,
        names: () => EMPTY.map(() => 'x'),
        asks: () => {
          facts.reads += 1;
          return 1;
        },
      },
      Step: { next },
      Mutation: {
        do: (_source, { value }: { value: number }) => {
          facts.done.push(value);
          return { value };
        },
        slowly: async (_source, { value }: { value: number }) => {
          await pass(600);
          facts.done.push(value);
          return { value };
        },
        decline: (_source: unknown, _args: unknown, context: object) => {
          recordOutcome(context, 'decline', 'refused');
          return { value: 0 };
        },
        refuse: () => {
          throw new Error('surprise');
        },
      },
      Done: { things: () => EMPTY, never: () => new Promise(() => undefined) },
      Subscription: {
        pushes: {
          async *subscribe() {
            for (let value = 1; ; value += 1) yield { pushes: { value } };
          },
        },
      },
      Push: {
        things: ({ value }: { value: number }) => (value < 3 ? [] : EMPTY),
        inTurn: ({ value }: { value: number }) => {
          if (value > 1) throw new RateLimitedError('Too much at once.', 1);
          return value;
        },
      },
    },
  });
  const thing = schema.getType('Thing');
  if (thing && 'getFields' in thing)
    Object.assign(thing.getFields()['asks'] ?? {}, { extensions: declareCost({ statements: 1 }) });
  return schema;
}

async function openLongEdge(limits: Partial<Limits> = {}): Promise<TestServer & { facts: Facts }> {
  const facts: Facts = { reads: 0, done: [], stuck: 0 };
  const schema = longSchema(facts);
  return { ...(await openTestServer({ schema, contextFor: () => ({}), limits })), facts };
}

async function openReadySocket(server: TestServer): Promise<RawSocket> {
  const socket = await openRawSocket(server);
  await socket.acknowledged();
  return socket;
}

const JSON_RESPONSE = { accept: 'application/graphql-response+json' };
const tooComplex = (message: RegExp) => ({ message: expect.stringMatching(message), extensions: { code: 'QUERY_TOO_COMPLEX' } });

describeOnEachWire('a query that reads too much', () => {
  it.each<[string, string, string, Partial<Limits>?]>([
    ['by the values of long lists', '{ things { things { id } } }', 'more than 200000 values'],
    ['by lists that come later', '{ later { later { id } } }', 'more than 200000 values'],
    ['by lists of which only the names of types are asked', '{ later { later { __typename } } }', 'more than 200000 values'],
    ['by lists of words', '{ things { names } }', 'more than 200000 values'],
    [
      'by what it waits for',
      '{ things { a: later { id } b: later { id } } }',
      'more than 1500 things',
      { operationMaxLoads: 1_500 },
    ],
    ['by statements', '{ things { asks } }', 'more than 500 statements'],
  ] satisfies [string, string, string, Partial<Limits>?][])(
    'is stopped %s, over HTTP and a socket',
    async (_name, query, words, limits = {}) => {
      const server = await openLongEdge({ documentMaxCost: 1_000_000, ...limits });
      const { status, body } = await server.query(query, { headers: JSON_RESPONSE });
      expect(body).toMatchObject({ errors: [tooComplex(new RegExp(words))] });
      expect([status, body.data]).toEqual([400, undefined]);
      const socket = await openReadySocket(server);
      socket.subscribe('1', query);
      const { payload } = await socket.answerTo('1');
      expect(payload).toMatchObject({ errors: [tooComplex(new RegExp(words))] });
      socket.subscribe('2', '{ small }');
      expect((await socket.answerTo('2')).payload).toMatchObject({ data: { small: 1 } });
      expect(server.facts.reads).toBeLessThanOrEqual(2 * LIMITS.operationMaxStatements);
      expect(server.errors).not.toHaveBeenCalled();
    },
  );

  it('is stopped when its time is over, and may be tried again', async () => {
    const server = await openLongEdge({ operationMaxMs: 300 });
    const timedOut = {
      message: expect.stringContaining('longer than 0.3 s'),
      extensions: { code: 'TIMED_OUT', retryable: true },
    };
    const { body } = await server.query('{ small never }');
    expect(body).toMatchObject({ errors: [timedOut] });
    expect(body.data).toBeUndefined();
    const socket = await openReadySocket(server);
    socket.subscribe('1', '{ small never }');
    expect((await socket.answerTo('1')).payload).toMatchObject({ errors: [timedOut] });
    socket.subscribe('2', '{ small }');
    expect((await socket.answerTo('2')).payload).toMatchObject({ data: { small: 1 } });
  });

  it('runs unchanged while it stays within its bounds', async () => {
    const server = await openLongEdge();
    const { body } = await server.query('{ things { id } later { id names: __typename } small }');
    expect(body.errors).toBeUndefined();
    expect(body.data?.['things']).toHaveLength(1_000);
  });
});

describeOnEachWire('concurrent queries', () => {
  const LIMITED = { documentMaxDepth: 1_000, customerMaxQueries: 2, customerMaxWaitingQueries: 1 };
  const TWO_STEPS = '{ step { next { next { __typename } } } }';

  it('of one customer run a few at a time; the rest wait or are refused, and other customers are not delayed', async () => {
    const server = await openLongEdge({ ...LIMITED, operationMaxMs: patience(1_000) });
    const ada = { authorization: `Bearer ${await server.tokenFor('ada', 60_000)}` };
    const bob = { authorization: `Bearer ${await server.tokenFor('bob', 60_000)}` };
    const stuck = [1, 2].map(() => server.query('{ never }', { headers: ada }));
    await vi.waitFor(() => expect(server.facts.stuck).toBe(2));
    const waiting = server.query(TWO_STEPS, { headers: ada });
    await vi.waitFor(async () => {
      const { status, headers, body } = await server.query(TWO_STEPS, { headers: { ...ada, ...JSON_RESPONSE } });
      expect(body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: 1 } }]);
      expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    });
    for (const headers of [bob, BEARER]) {
      expect((await server.query(TWO_STEPS, { headers })).body).toMatchObject({ data: { step: { next: { next: {} } } } });
    }
    expect(server.facts.stuck).toBe(2);
    for (const { body } of await Promise.all(stuck)) expect(body.errors).toMatchObject([{ extensions: { code: 'TIMED_OUT' } }]);
    expect((await waiting).body.errors ?? [{ extensions: { code: 'RATE_LIMITED' } }]).toMatchObject([
      { extensions: { code: 'RATE_LIMITED' } },
    ]);
    expect((await server.query(TWO_STEPS, { headers: ada })).body.errors).toBeUndefined();
  });

  it('together hold a limited number of values; a large query beyond that is refused', async () => {
    const server = await openLongEdge({ documentMaxCost: 1_000_000, processMaxValues: 50_000 });
    for (let asked = 0; asked < 3; asked += 1) {
      const wide = server.query('{ things { things { id } } }');
      const small = server.query('{ small later { id } }');
      expect((await wide).body).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] });
      expect((await small).body).toMatchObject({ data: { small: 1, later: { length: 1_000 } } });
    }
  });
});

describeOnEachWire('a mutation whose answer reads too much', () => {
  const stands = (name: string) => ({
    path: [name],
    message: expect.stringMatching(new RegExp(`what "${name}" did stands. Do not send it again`)),
    extensions: { code: 'ANSWER_INCOMPLETE', committed: true },
  });
  const notBegun = (name: string) => ({
    path: [name],
    message: expect.stringContaining(`"${name}" was not begun.`),
    extensions: { code: 'QUERY_TOO_COMPLEX' },
  });

  it('says of each root field whether it was done', async () => {
    const server = await openLongEdge({ documentMaxCost: 1_000_000 });
    const { status, body } = await server.query(
      `mutation { a: do(value: 1) { value } refuse { value } ...Rest } fragment Rest on Mutation {
        b: do(value: 2) { things { things { id } } } c: do(value: 3) { value } ... { d: do(value: 4) { value } } }`,
      { headers: JSON_RESPONSE },
    );
    expect([status, body.data]).toEqual([200, null]);
    expect(server.facts.done).toEqual([1, 2]);
    expect(body.errors).toMatchObject([
      stands('a'),
      { path: ['refuse'], extensions: { code: 'INTERNAL' } },
      stands('b'),
      notBegun('c'),
      notBegun('d'),
    ]);
    expect(body.errors?.[3]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    expect(JSON.stringify(body.errors)).not.toMatch(/nothing was done/i);
  });

  it('does not call a refused root field done', async () => {
    const server = await openLongEdge({ documentMaxCost: 1_000_000 });
    const { body } = await server.query('mutation { decline { things { things { id } } } }');
    expect(body.errors).toMatchObject([
      {
        path: ['decline'],
        message: expect.stringContaining('"decline" was refused, and nothing was done.'),
        extensions: { code: 'QUERY_TOO_COMPLEX' },
      },
    ]);
  });

  it('says so over a socket, also where a field never resolves', async () => {
    const server = await openLongEdge({ operationMaxMs: 300 });
    const socket = await openReadySocket(server);
    socket.subscribe('1', 'mutation { do(value: 7) { value never } }');
    expect((await socket.answerTo('1')).payload).toMatchObject({ data: null, errors: [stands('do')] });
    expect(server.facts.done).toEqual([7]);
  });

  it('does not count the time of the root fields themselves', async () => {
    const server = await openLongEdge({ operationMaxMs: 1_000 });
    const { body } = await server.query('mutation { a: slowly(value: 1) { value } b: slowly(value: 2) { value } }');
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({ a: { value: 1 }, b: { value: 2 } });
  });
});

describe('a push that reads too much', () => {
  const QUERY = 'subscription { pushes { value things { id } } }';

  it('ends its subscription over a socket, after the pushes before it', async () => {
    const server = await openLongEdge({ pushMaxValues: 1_500 });
    const socket = await openReadySocket(server);
    socket.subscribe('1', QUERY);
    await socket.answerTo('1', 'complete');
    const payloads = socket.messages.filter(({ id, type }) => id === '1' && type === 'next').map(({ payload }) => payload);
    expect(payloads).toMatchObject([
      { data: { pushes: { value: 1 } } },
      { data: { pushes: { value: 2 } } },
      { errors: [tooComplex(/more than 1500 values/)] },
    ]);
  });

  it('ends its subscription over SSE', async () => {
    const server = await openLongEdge({ pushMaxValues: 1_500 });
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(QUERY)}`, {
      headers: { accept: 'text/event-stream', ...BEARER },
    });
    const text = await response.text();
    expect([...text.matchAll(/^data: (.+)$/gm)]).toHaveLength(3);
    expect(text).toContain('QUERY_TOO_COMPLEX');
    expect(text).toMatch(/event: complete/);
  });
});

describe('a push with a rate-limited field', () => {
  it('is not lost: the stream ends in a way after which clients subscribe again', async () => {
    const server = await openLongEdge();
    const socket = await openReadySocket(server);
    socket.subscribe('1', 'subscription { pushes { value inTurn } }');
    expect(await socket.closed).toBe(1013);
    const values = socket.messages.filter(({ type }) => type === 'next').map(({ payload }) => payload);
    expect(values).toMatchObject([{ data: { pushes: { value: 1, inTurn: 1 } } }]);
  });
});

describeOnEachWire('an operation whose caller has disconnected', () => {
  const STEPS = 150;
  const CHAIN = `{ step { ${'next { '.repeat(STEPS)} __typename ${'} '.repeat(STEPS)} } }`;
  const openChainEdge = () => openLongEdge({ documentMaxDepth: 1_000, operationMaxMs: 60_000 });
  const begun = ({ facts }: { facts: Facts }) =>
    vi.waitFor(() => expect(facts.reads).toBeGreaterThan(0), { timeout: patience(10_000), interval: 5 });

  /**
   * Waits for the time of many steps and asserts that nothing was read, long before the last of
   * them.
   */
  async function untilStopped({ facts }: { facts: Facts }): Promise<void> {
    await vi.waitFor(
      async () => {
        const before = facts.reads;
        await pass(300);
        expect(facts.reads).toBe(before);
      },
      { timeout: patience(20_000) },
    );
    expect(facts.reads).toBeLessThan(STEPS / 2);
  }

  it('stops reading: a request that was aborted', async () => {
    const server = await openChainEdge();
    const asked = request(`${server.url}${wire.path}`, {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json' },
    });
    asked.on('error', () => undefined).end(JSON.stringify({ query: CHAIN }));
    onTestFinished(() => void asked.destroy());
    await begun(server);
    asked.destroy();
    await untilStopped(server);
  });

  it('stops reading: an operation that was completed by its client', async () => {
    const server = await openChainEdge();
    const socket = await openReadySocket(server);
    socket.subscribe('1', CHAIN);
    await begun(server);
    socket.send({ id: '1', type: 'complete' });
    await untilStopped(server);
  });

  it('stops reading: a socket that was closed', async () => {
    const server = await openChainEdge();
    const socket = await openReadySocket(server);
    socket.subscribe('1', CHAIN);
    await begun(server);
    socket.socket.terminate();
    await untilStopped(server);
  });
});
