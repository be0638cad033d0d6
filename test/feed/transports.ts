/** One subscription over each transport, read in the same way. */
import type { Client } from 'graphql-ws';
import { subscribe, TEST_KEY, type TestBrim } from '../support/brim.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the document that the test wrote.
type Messages = AsyncGenerator<any, void>;

export interface Subscription {
  readonly credential?: string;
  readonly variables?: Record<string, unknown>;
}

export type Open = (brim: TestBrim, query: string, subscription?: Subscription) => Messages;

/** For `describe.each`. */
export const TRANSPORTS: readonly (readonly [name: string, open: Open])[] = [
  ['WebSocket', overSocket],
  ['SSE', overSse],
];

/** On a socket of its own, which ends with it. */
export async function* overSocket(brim: TestBrim, query: string, { credential, variables }: Subscription = {}): Messages {
  const client: Client = brim.socket(credential);
  try {
    yield* subscribe(client, query, variables);
  } finally {
    await client.dispose();
  }
}

export async function* overSse(brim: TestBrim, query: string, subscription: Subscription = {}): Messages {
  const leave = new AbortController();
  try {
    for await (const { data, errors } of resultsOverSse(brim, query, subscription, leave.signal)) {
      if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
      yield data;
    }
  } finally {
    leave.abort();
  }
}

export interface Result {
  // biome-ignore lint/suspicious/noExplicitAny: see Messages.
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** The results as they come, errors and all, until the server completes or the signal is given. */
export async function* resultsOverSse(
  { url }: Pick<TestBrim, 'url'>,
  query: string,
  { credential = TEST_KEY, variables }: Subscription = {},
  signal?: AbortSignal,
): AsyncGenerator<Result, void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query, variables }),
    ...(signal ? { signal } : {}),
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    yield await response.json();
    return;
  }
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${chunk}`.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, json] = /^data: (.+)$/m.exec(block) ?? [];
      if (json) yield JSON.parse(json);
    }
  }
}

/** The same over a socket. */
export async function* resultsOverSocket(
  brim: TestBrim,
  query: string,
  { credential, variables }: Subscription = {},
): AsyncGenerator<Result, void> {
  const client = brim.socket(credential);
  try {
    for await (const { data, errors } of client.iterate({ query, ...(variables ? { variables } : {}) })) {
      yield { ...(data === undefined ? {} : { data }), ...(errors ? { errors } : {}) };
    }
  } finally {
    await client.dispose();
  }
}
