/**
 * A whole Brim on a database of its own, asked as its users ask it: over HTTP, WebSocket and the
 * sandbox's page.
 */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type App, type AppOptions, openApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { type LogLevel, openLog } from '../../src/platform/log.ts';
import { freshDatabase } from './postgres.ts';

export const TEST_KEY = 'brim_sk_test_0123456789abcdef';
const TEST_TOKEN_SECRET = 'a secret that only the tests know and long enough';

export interface BrimOptions extends Omit<Partial<AppOptions>, 'config'> {
  /** A database that another Brim uses too; left out: a fresh one, dropped at the end. */
  readonly databaseUrl?: string;
  readonly config?: Partial<Config>;
}

/** What a GraphQL answer over HTTP holds. Data is read loosely: the test says what it expects. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the document that the test wrote.
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

export interface TestBrim {
  readonly app: App;
  readonly url: string;
  readonly databaseUrl: string;
  /** Sends one operation with the secret key, or with another credential. */
  query(document: string, variables?: Record<string, unknown>, credential?: string): Promise<Answer>;
  /** The data of an operation that must not have errors. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  data(document: string, variables?: Record<string, unknown>, credential?: string): Promise<any>;
  /** A real graphql-transport-ws client; ended with the Brim. */
  socket(credential?: string): Client;
  close(): Promise<void>;
}

export async function openBrim({ databaseUrl, config, ...injected }: BrimOptions = {}): Promise<TestBrim> {
  const fresh = databaseUrl === undefined ? await freshDatabase() : undefined;
  const url = databaseUrl ?? fresh?.url ?? '';
  const app = await openApp({
    ...injected,
    config: {
      environment: 'development',
      host: '127.0.0.1',
      port: 0,
      databaseUrl: url,
      dataDir: '/nonexistent',
      secretKeys: [TEST_KEY],
      tokenSecrets: [TEST_TOKEN_SECRET],
      corsOrigins: [],
      returnOrigins: [],
      logLevel: 'silent',
      graphiql: true,
      console: true,
      testClocks: false,
      ...config,
    },
    log: injected.log ?? openLog((process.env['BRIM_TEST_LOG'] as LogLevel | undefined) ?? 'silent'),
  });
  const clients: Client[] = [];

  const query = (document: string, variables?: Record<string, unknown>, credential = TEST_KEY) =>
    post(app.url, document, variables, credential);

  return {
    app,
    url: app.url,
    databaseUrl: url,
    query,
    async data(document, variables, credential) {
      const { data, errors } = await query(document, variables, credential);
      if (errors) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
      return data;
    },
    socket(credential = TEST_KEY) {
      const client = createClient({
        url: `${app.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${credential}` },
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) await client.dispose();
      await app.close();
      await fresh?.drop();
    },
  };
}

/** One operation over HTTP, against any Brim. */
export async function post(
  url: string,
  query: string,
  variables?: Record<string, unknown>,
  credential: string = TEST_KEY,
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer: Answer = await response.json();
  return answer;
}

/**
 * The messages of a subscription, one at a time, each its data. Throws what the server refuses
 * with.
 */
export async function* subscribe(
  client: Client,
  query: string,
  variables?: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
): AsyncGenerator<any, void> {
  for await (const { data, errors } of client.iterate({ query, ...(variables ? { variables } : {}) })) {
    if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
    yield data;
  }
}

/** The next `count` messages. */
// biome-ignore lint/suspicious/noExplicitAny: see Answer.
export async function take(messages: AsyncGenerator<any, void>, count: number): Promise<any[]> {
  const taken: unknown[] = [];
  while (taken.length < count) {
    const next = await messages.next();
    if (next.done) throw new Error(`the stream ended after ${taken.length} of ${count} messages`);
    taken.push(next.value);
  }
  return taken;
}
