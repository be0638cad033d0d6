/**
 * The clients that people listen with, each with its defaults. All of them reconnect by themselves,
 * and their balance subscriptions then go on from the last sequence that they have heard.
 */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { openConnection } from '../../packages/client/src/caches/connection.ts';
import type { BalanceMessage } from '../../packages/client/src/live/balances.ts';
import { openLink, type Transport } from '../../packages/client/src/live/link.ts';
import { openTokens } from '../../packages/client/src/live/tokens.ts';
import type { TestBrim } from '../support/brim.ts';

/** Selects what no entry says, so that each push needs a read. */
export const WITH_READS = `subscription ($after: SafeInt) { balanceChanged(after: $after) {
  cause sequence balance { remaining grants { id remaining purchase { id } } }
} }`;

export interface Listener {
  /** "SNAPSHOT 1", "LEDGER 2" … */
  readonly heard: readonly string[];
  /** How often it has connected. */
  connections(): number;
  /** What it gave up with. */
  readonly ends: readonly unknown[];
  leave(): void;
}

export type Listen = (brim: Pick<TestBrim, 'url'>, token: string, query?: string) => Listener;

type Data = { readonly balanceChanged: Pick<BalanceMessage, 'cause' | 'sequence'> };

/** Does with each message what docs/getting-started.md says: remembers the sequence of the last. */
function openEar() {
  const heard: string[] = [];
  const ends: unknown[] = [];
  const variables: { after?: number } = {};
  let connections = 0;
  return {
    heard,
    ends,
    variables,
    connections: () => connections,
    onConnecting() {
      connections += 1;
    },
    sink: {
      next({ data, errors }: { data?: Data | null | undefined; errors?: readonly unknown[] | undefined }) {
        if (errors) heard.push(`ERRORS ${JSON.stringify(errors)}`);
        if (!data) return;
        const { cause, sequence } = data.balanceChanged;
        heard.push(`${cause} ${sequence}`);
        variables.after = sequence;
      },
      error: (error: unknown) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  };
}

const graphqlWs: Listen = ({ url }, token, query = WITH_READS) => {
  const { sink, variables, onConnecting, ...ear } = openEar();
  const client = createSocketClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { connecting: onConnecting },
  });
  client.subscribe<Data>({ query, variables }, sink);
  return { ...ear, leave: () => void Promise.resolve(client.dispose()).catch(() => undefined) };
};

const graphqlSse: Listen = ({ url }, token, query = WITH_READS) => {
  const { sink, variables, onConnecting, ...ear } = openEar();
  const client = createSseClient({
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    on: { connecting: onConnecting },
  });
  client.subscribe<Data>({ query, variables }, { ...sink, next: (result) => sink.next(result) });
  return { ...ear, leave: () => client.dispose() };
};

/** The connection of @brim/client/apollo and @brim/client/urql, which moves `after` by itself. */
const caches: Listen = ({ url }, token, query = WITH_READS) => {
  const { sink, onConnecting, ...ear } = openEar();
  const { socket } = openConnection({ url, token, webSocket: WebSocket });
  socket.on('connecting', onConnecting);
  const payload: SubscribePayload = { query };
  socket.subscribe<Data>(payload, sink);
  return { ...ear, leave: () => void Promise.resolve(socket.dispose()).catch(() => undefined) };
};

/** The connection of @brim/client/react, over one of its ways. */
const react =
  (transport: Transport): Listen =>
  ({ url }, token, query = WITH_READS) => {
    const { sink, variables, onConnecting, ...ear } = openEar();
    const link = openLink({
      url: `${url}/graphql`,
      tokens: openTokens({ token }),
      transports: [transport],
      pollIntervalMs: 1_000,
    });
    const leave = link.add<Data, never>({
      subscription() {
        onConnecting();
        return { query, variables: { ...variables } };
      },
      next: (data) => sink.next({ data }),
      question: { query: '{ viewer { id } }' },
      answer: () => undefined,
      fail: sink.error,
    });
    return { ...ear, leave };
  };

/** For `it.each`. */
export const LISTENERS: readonly (readonly [name: string, listen: Listen])[] = [
  ['graphql-ws', graphqlWs],
  ['graphql-sse', graphqlSse],
  ['@brim/client/apollo and @brim/client/urql', caches],
  ['@brim/client/react over WebSocket', react('websocket')],
  ['@brim/client/react over SSE', react('sse')],
];

/** Those of @brim/client. */
export const OWN_LISTENERS = LISTENERS.filter(([name]) => name.startsWith('@brim/client/'));
