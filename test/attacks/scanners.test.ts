/**
 * What graphql-cop, the usual scanner of GraphQL servers, would report about a Brim in production:
 * its requests, and its conditions for a finding. SECURITY.md explains the remaining ones.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { productionEnvironment } from '../support/secrets.ts';

interface Answered {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any format.
  readonly json: any;
}

type Send = (path: string, init?: RequestInit) => Promise<Answered>;

const asJson = (send: Send, body: unknown) =>
  send('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const asked = (send: Send, query: string) => asJson(send, { query });
const inUrl = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** By graphql-cop's titles: true where it would report a finding. */
const FINDINGS: Readonly<Record<string, (send: Send) => Promise<boolean>>> = {
  'Alias Overloading': async (send) =>
    Boolean((await asked(send, `query { ${repeat(101, (n) => `alias${n}:__typename`)} }`)).json.data?.alias100),
  'Array-based Query Batching': async (send) =>
    (
      await asJson(
        send,
        Array.from({ length: 11 }, () => ({ query: 'query { __typename }' })),
      )
    ).json.length >= 10,
  'Directive Overloading': async (send) =>
    (await asked(send, `query { __typename ${'@aa'.repeat(10)} }`)).json.errors?.length === 10,
  'Introspection-based Circular Query': async (send) =>
    (await asked(send, `query { __schema { types { ${repeat(4, () => 'fields { type {')} name ${'} }'.repeat(4)} } } }`)).json
      .data?.__schema.types.length > 25,
  'Circular Fragment': async (send) =>
    !(
      'errors' in
      (await asked(send, 'query { __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A }')).json
    ),
  'Field Duplication': async (send) =>
    Boolean((await asked(send, `query { ${repeat(500, () => '__typename')} }`)).json.data?.__typename),
  'Field Suggestions': async (send) => (await asked(send, 'query { __schema { directive } }')).text.includes('Did you mean'),
  Introspection: async (send) =>
    Boolean((await asked(send, 'query { __schema { types { name fields { name } } } }')).json.data?.__schema),
  'GraphQL IDE': async (send) => {
    const pages = ['/graphiql', '/playground', '/console', '/graphql'].map((path) =>
      send(path, { headers: { accept: 'text/html' } }),
    );
    return (await Promise.all(pages)).some(({ text }) =>
      /graphiql.min.css|GraphQL Playground|GraphiQL|graphql-playground/.test(text),
    );
  },
  'GET Method Query Support': async (send) => Boolean((await send(inUrl('{__typename}'))).json.data?.__typename),
  'Mutation is allowed over GET (possible CSRF)': async (send) => Boolean((await send(inUrl('mutation {__typename}'))).json.data),
  'POST based url-encoded query (possible CSRF)': async (send) => {
    const body = new URLSearchParams({ query: 'query {__typename}' });
    const asForm = await send('/graphql', { method: 'POST', body });
    const asUrl = await send(inUrl('query {__typename}'), { method: 'POST' });
    return [asForm, asUrl].some(({ json }) => json.data !== undefined);
  },
  'Trace Mode': async (send) => {
    const { text, json } = await asked(send, 'query { __typename }');
    return Boolean(json.extensions?.tracing) || /stacktrace|"tracing"/i.test(text);
  },
  'Unhandled Errors Detection': async (send) => /"exception"|stack/i.test((await asked(send, 'qwerty cop { abc }')).text),
};

const EXPLAINED = ['GET Method Query Support'];

describe('graphql-cop', () => {
  const processes = brimProcesses();
  const environment = productionEnvironment();
  let database: FreshDatabase;
  let url: string;

  beforeAll(async () => {
    database = await freshDatabase();
    // Nothing listens there: this Brim sells nothing.
    const env = { ...environment, DATABASE_URL: database.url, STRIPE_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'info' };
    ({ url } = await processes.start({ database, env }));
  }, patience(120_000));
  afterAll(async () => {
    await processes.end();
    await database.drop();
  });

  const scan = async (credentials: Record<string, string>) => {
    const send: Send = async (path, { headers = {}, ...init } = {}) => {
      const response = await fetch(url + path, {
        ...init,
        headers: { ...credentials, ...Object.fromEntries(new Headers(headers)) },
      });
      const text = await response.text();
      return { text, json: text.startsWith('{') ? JSON.parse(text) : {} };
    };
    const found = await Promise.all(Object.entries(FINDINGS).map(async ([title, find]) => ((await find(send)) ? [title] : [])));
    return found.flat();
  };

  it('finds nothing without a credential', async () => {
    expect(await scan({})).toEqual([]);
  });

  it('finds with the secret key what SECURITY.md explains, and nothing else', async () => {
    expect(await scan({ authorization: `Bearer ${environment.BRIM_SECRET_KEY}` })).toEqual(EXPLAINED);
    const security = await readFile(new URL('../../SECURITY.md', import.meta.url), 'utf8');
    for (const title of EXPLAINED) expect(security.split('## What scanners report')[1]).toContain(title);
  });
});
