/** Sends the same document over each transport, and returns the answers in one format. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Result, resultsOverSocket, resultsOverSse } from '../feed/transports.ts';
import { post, type TestBrim } from '../support/brim.ts';

export interface Asked {
  // biome-ignore lint/suspicious/noExplicitAny: an answer has its document's format.
  readonly data: any;
  readonly codes: readonly unknown[];
}

export interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly credential: string;
}

export type Ask = (brim: TestBrim, question: Question) => Promise<Asked>;

/** Returns the first answer, and then leaves the stream. */
export const ASK: readonly (readonly [transport: string, ask: Ask])[] = [
  ['HTTP', async ({ url }, { query, variables, credential }) => toAsked(await post(url, query, variables, credential))],
  ['SSE', async (brim, { query, ...rest }) => firstOf(resultsOverSse(brim, query, rest))],
  ['WebSocket', async (brim, { query, ...rest }) => firstOf(resultsOverSocket(brim, query, rest))],
  ['WebSocket with credentials for each operation', async (brim, question) => firstOf(resultsOverNobodysSocket(brim, question))],
];

/** Plain HTTP has no streams. */
export const STREAMS = ASK.filter(([transport]) => transport !== 'HTTP');

/** Over a socket without credentials of its own: the operation brings them, as in GraphiQL. */
async function* resultsOverNobodysSocket(
  { url }: TestBrim,
  { query, variables = {}, credential }: Question,
): AsyncGenerator<Result, void> {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  try {
    const extensions = { headers: { authorization: `Bearer ${credential}` } };
    for await (const { data, errors } of client.iterate({ query, variables, extensions }))
      yield { data, ...(errors ? { errors } : {}) };
  } finally {
    await client.dispose();
  }
}

async function firstOf(results: AsyncGenerator<Result, void>): Promise<Asked> {
  try {
    for await (const result of results) return toAsked(result);
  } catch (refusal) {
    // graphql-ws throws the errors of a refused operation, and the close event of a closed socket.
    if (Array.isArray(refusal)) return toAsked({ errors: refusal });
    if (refusal instanceof Object && 'code' in refusal) return { data: undefined, codes: [refusal.code] };
    throw refusal;
  }
  return { data: undefined, codes: [] };
}

function toAsked({ data, errors = [] }: Result): Asked {
  return { data, codes: errors.map(({ extensions }) => extensions?.['code']) };
}
