/** The real client of graphql-sse, in both of its modes. */
import { createClient } from 'graphql-sse';
import { expect, it, onTestFinished } from 'vitest';
import { BEARER, openTestServer } from '../fixture.ts';

interface Answer {
  readonly status: number;
  readonly body: { errors?: { message: string; extensions: object }[] } | undefined;
}

async function openClient(singleConnection: boolean) {
  const server = await openTestServer();
  const answers: Answer[] = [];
  const client = createClient({
    url: `${server.url}/graphql`,
    headers: BEARER,
    retryAttempts: 0,
    ...(singleConnection ? { singleConnection: true } : { singleConnection: false }),
    fetchFn: async (input: string, init: RequestInit) => {
      const response = await fetch(input, init);
      const isJson = response.headers.get('content-type')?.includes('json');
      answers.push({ status: response.status, body: isJson ? await response.clone().json() : undefined });
      return response;
    },
  });
  onTestFinished(() => client.dispose());
  return { client, answers };
}

it('its distinct connections carry queries and several subscriptions at once', async () => {
  const { client } = await openClient(false);
  const collect = async (query: string) => {
    const results: unknown[] = [];
    for await (const result of client.iterate({ query })) results.push(result.data);
    return results;
  };
  const [hello, two, three] = await Promise.all([
    collect('{ hello }'),
    collect('subscription { count(to: 2) }'),
    collect('subscription { count(to: 3) }'),
  ]);
  expect(hello).toEqual([{ hello: 'hello' }]);
  expect(two).toEqual([{ count: 1 }, { count: 2 }]);
  expect(three).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
});

it('its single connection is refused at once, and the answer says what to use', async () => {
  const { client, answers } = await openClient(true);
  const ask = async () => {
    for await (const _ of client.iterate({ query: 'subscription { count(to: 2) }' })) throw new Error('It is answered.');
  };
  await expect(ask()).rejects.toThrow(/405/);
  expect(answers).toEqual([
    {
      status: 405,
      body: {
        errors: [{ message: expect.stringContaining('"singleConnection: false"'), extensions: { code: 'METHOD_NOT_ALLOWED' } }],
      },
    },
  ]);
});

it('an operation or a stream that names a single connection is refused, too', async () => {
  const { url } = await openTestServer();
  const headers = { ...BEARER, 'content-type': 'application/json', 'x-graphql-event-stream-token': 'x' };
  const posted = await fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ hello }"}' });
  const opened = await fetch(`${url}/graphql`, { headers: { ...headers, accept: 'text/event-stream' } });
  const removed = await fetch(`${url}/graphql`, { method: 'DELETE', headers });
  expect([posted, opened, removed].map(({ status }) => status)).toEqual([405, 405, 405]);
  expect(posted.headers.get('allow')).toBe('GET, POST');
});
