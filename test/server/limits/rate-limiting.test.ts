import { createSchema } from 'graphql-yoga';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type BudgetLimits, openBudgets } from '../../../src/access/budgets.ts';
import { declareCost } from '../../../src/values/field-cost.ts';
import { patience } from '../../support/deadlines.ts';
import { BEARER, describeOnEachWire, openRawSocket, openTestClock, openTestServer, type TestServer } from '../fixture.ts';

/** A server with small budgets, whose clock stands still until the test moves it. */
async function openPoorServer(limits: Partial<BudgetLimits>): Promise<TestServer & { pass: (ms: number) => void }> {
  const clock = openTestClock();
  let nowMs = Date.now();
  const budgets = openBudgets({ clock: { now: () => new Date(nowMs) }, ...limits });
  const server = await openTestServer({ budgets, guaranteedFields: ['track'], clock });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { ...server, pass };
}

const refusal = (retryAfterSeconds: number) => ({
  message: expect.stringContaining(`try again in ${retryAfterSeconds} s`),
  extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds },
});

async function streamed(server: TestServer, query: string, headers: Record<string, string> = BEARER): Promise<Response> {
  const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
  return fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
}

function resultsOf(text: string): unknown[] {
  return [...text.matchAll(/^data: (.+)$/gm)].map(([, json]) => JSON.parse(json ?? ''));
}

describeOnEachWire('the budget of a caller', () => {
  it('is shown with each answer over HTTP, in extensions and in headers', async () => {
    const server = await openPoorServer({ perKey: 6_000 });
    const { headers, body } = await server.query('{ items(first: 50) { nodes { id } } }');
    const cost = { cost: expect.any(Number), limit: 6_000, remaining: expect.any(Number), resetAt: expect.any(String) };
    expect(body).toMatchObject({ data: { items: { nodes: [] } }, extensions: { cost } });
    const told = body.extensions?.['cost'];
    expect(told?.['cost']).toBeGreaterThan(50);
    expect(told?.['remaining']).toBe(6_000 - Number(told?.['cost']));
    expect(headers.get('x-ratelimit-limit')).toBe('6000');
    expect(headers.get('x-ratelimit-remaining')).toBe(String(told?.['remaining']));
    expect(headers.get('x-ratelimit-used')).toBe(String(told?.['cost']));
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1_000 - 10);
  });

  it('refuses over HTTP with 429 and retry-after when it is used up, and accepts again when it has refilled', async () => {
    const server = await openPoorServer({ perToken: 60 });
    const headers = { authorization: `Bearer ${await server.tokenFor('ada', 9_000)}` };
    const answers = [];
    for (let asked = 0; asked < 4; asked += 1) answers.push(await server.query('{ hello }', { headers }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.body.errors).toMatchObject([refusal(20)]);
    expect(answers[3]?.headers.get('retry-after')).toBe('20');
    // Another customer and the app's own key continue.
    const other = { authorization: `Bearer ${await server.tokenFor('bob', 9_000)}` };
    expect((await server.query('{ hello }', { headers: other })).status).toBe(200);
    expect((await server.query('{ hello }')).status).toBe(200);
    server.pass(20_000);
    expect((await server.query('{ hello }', { headers })).status).toBe(200);
  });

  it('refuses to parse when it is used up', async () => {
    const server = await openPoorServer({ perToken: 40 });
    const headers = { authorization: `Bearer ${await server.tokenFor('ada', 9_000)}` };
    expect((await server.query('{ noSuchField }', { headers })).body.errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect((await server.query('{ noSuchField }', { headers })).body.errors).toMatchObject([refusal(90)]);
    // The cost beyond the balance is a debt.
    server.pass(120_000);
    expect((await server.query('{ hello', { headers })).body.errors).toMatchObject([{ message: /Syntax Error/ }]);
    expect((await server.query('{ hello', { headers })).body.errors).toMatchObject([refusal(90)]);
    server.pass(120_000);
    const wide = '{ items(first: 200000) { nodes { id } } }';
    expect((await server.query(wide, { headers })).body.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    expect((await server.query(wide, { headers })).body.errors).toMatchObject([refusal(90)]);
  });

  it('pays for the tokens of a new document beyond a hundred', async () => {
    const server = await openPoorServer({ perKey: 60_000 });
    const remaining = async (query: string) => Number((await server.query(query)).headers.get('x-ratelimit-remaining'));
    const long = `{ ${'double(value: 1) '.repeat(40)}}`;
    const small = `{ ${'hello '.repeat(50)}}`;
    const [first, second] = [await remaining(small), await remaining(small)];
    expect(60_000 - first).toBe(first - second);
    const third = await remaining(long);
    expect(second - third).toBe(20 * (242 - 100) + 40);
    expect(third - (await remaining(long))).toBe(40);
  });

  it('pays the computed cost: of a query, a mutation, and each push of a subscription', async () => {
    let reckoned = 0;
    const schema = createSchema({
      typeDefs: /* GraphQL */ `
        type Query { things: [Int!]! }
        type Mutation { things: [Int!]! }
        type Subscription { things: [Int!]! }
      `,
      resolvers: {
        Query: { things: () => [1] },
        Mutation: { things: () => [1] },
        Subscription: {
          things: {
            async *subscribe() {
              for (const each of [1, 2, 3]) yield { things: [each] };
            },
          },
        },
      },
    });
    const size = () => {
      reckoned += 1;
      return 1;
    };
    for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
      Object.assign(type?.getFields()['things'] ?? {}, { extensions: declareCost({ list: size }) });
    const server = await openTestServer({ schema, contextFor: () => ({}) });
    for (const query of ['{ things }', 'mutation { things }']) {
      reckoned = 0;
      expect((await server.query(query)).body).toMatchObject({ data: { things: [1] }, extensions: { cost: { cost: 20 } } });
      expect(reckoned, query).toBe(1);
    }
    reckoned = 0;
    const results = resultsOf(await (await streamed(server, 'subscription { things }')).text());
    expect(results).toMatchObject([1, 2, 3].map((each) => ({ data: { things: [each] }, extensions: { cost: { cost: 2 } } })));
    expect(reckoned).toBe(1);
  });

  it('refuses over SSE with 429 and retry-after when it is used up', async () => {
    const server = await openPoorServer({ perKey: 45 });
    const taken = await streamed(server, 'subscription { count(to: 3) }');
    expect(taken.headers.get('x-ratelimit-remaining')).toBe('25');
    expect(resultsOf(await taken.text())).toMatchObject(
      [24, 23, 22].map((remaining, index) => ({
        data: { count: index + 1 },
        extensions: { cost: { cost: 1, limit: 45, remaining } },
      })),
    );
    await server.query('{ hello }');
    const refused = await streamed(server, 'subscription { count(to: 3) }');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('24');
    expect(resultsOf(await refused.text())).toMatchObject([{ errors: [refusal(24)] }]);
  });

  it('refuses one operation of a socket when it is used up; the socket stays open', async () => {
    const server = await openPoorServer({ perKey: 45 });
    const { socket, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    for (const id of ['1', '2']) {
      subscribe(id, '{ hello }');
      expect(await answerTo(id)).toMatchObject({ payload: { extensions: { cost: { cost: 20, limit: 45 } } } });
    }
    subscribe('query', '{ hello }');
    expect(await answerTo('query')).toMatchObject({ payload: { errors: [refusal(20)] } });
    subscribe('subscription', 'subscription { wait }');
    expect(await answerTo('subscription')).toMatchObject({ payload: { errors: [refusal(20)] } });
    server.pass(20_000);
    subscribe('again', '{ hello }');
    expect(await answerTo('again')).toMatchObject({ payload: { data: { hello: 'hello' } } });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('never limits the uses of a secret key below 1,000 a second', async () => {
    const server = await openPoorServer({ perKey: 20 });
    await server.query('{ hello }');
    expect((await server.query('{ hello }')).status).toBe(429);
    const use = 'mutation { track }';
    for (let second = 0; second < 2; second += 1) {
      const document = `mutation { ${Array.from({ length: 50 }, (_, index) => `use${index}: track`).join(' ')} }`;
      const statuses = [];
      for (let batch = 0; batch < 19; batch += 1) statuses.push((await server.query(document)).status);
      for (let single = 0; single < 50; single += 1) statuses.push((await server.query(use)).status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect((await server.query(use)).status).toBe(429);
      // In one second the budget itself refills by a third of a point.
      server.pass(1_000);
    }
    // An operation with other root fields is not guaranteed, and a customer token has no guaranteed
    // uses.
    expect((await server.query('mutation { ...Uses } fragment Uses on Mutation { track }')).status).toBe(429);
  });
});

describe('a push', () => {
  it.each(['SSE', 'WebSocket'])(
    'over %s waits until the budget has its cost, and is not lost',
    async (transport) => {
      const server = await openTestServer({ budgets: openBudgets({ clock: { now: () => new Date() }, perKey: 300 }) });
      const query = 'subscription { count(to: 285) }';
      let values: unknown[] = [];
      if (transport === 'SSE') values = resultsOf(await (await streamed(server, query)).text());
      else for await (const result of server.connect().iterate({ query })) values.push(result);
      // 280 were paid for at once; the others came one by one, as the budget refilled.
      expect(values).toMatchObject(Array.from({ length: 285 }, (_, index) => ({ data: { count: index + 1 } })));
    },
    patience(30_000),
  );

  it('that waits for its budget ends when its reader disconnects', async () => {
    const server = await openPoorServer({ perKey: 21 });
    const { send, subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { endless }');
    await answerTo('1');
    await vi.waitFor(() => expect(server.ticks.pulled).toBe(2));
    send({ id: '1', type: 'complete' });
    await vi.waitFor(() => expect(server.ticks.returned).toBe(1));
    expect(server.ticks.pulled).toBe(2);
  });

  it('may hold 1,000 values and no more', async () => {
    const server = await openTestServer({ limits: { subscriptionMaxCost: 2 } });
    const { subscribe, answerTo, acknowledged } = await openRawSocket(server);
    await acknowledged();
    subscribe('1', 'subscription { a: count(to: 1) }');
    expect(await answerTo('1')).toMatchObject({ payload: { data: { a: 1 } } });
    const wide = 'subscription { item { id items(first: 50) { nodes { id } } } }';
    subscribe('2', wide);
    const tooComplex = { extensions: { code: 'QUERY_TOO_COMPLEX' }, message: expect.stringContaining('Each push') };
    expect(await answerTo('2')).toMatchObject({ payload: { errors: [tooComplex] } });
    expect(resultsOf(await (await streamed(server, wide)).text())).toMatchObject([{ errors: [tooComplex] }]);
  });
});
