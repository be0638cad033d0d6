/**
 * `@brim/client/urql`: what urql and Graphcache need to show live balances. `urqlOptions` is all of
 * it. An app that has exchanges of its own takes the parts.
 */
import { type ClientOptions, type Exchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import type { Client as SocketClient } from 'graphql-ws';
import { type ConnectionOptions, openConnection } from '../caches/connection.ts';
import { brimCache } from './cache.ts';
import { keepNewest, wholeBalances } from './exchanges.ts';

export type { ConnectionOptions } from '../caches/connection.ts';
export * from '../caches/documents.ts';
export { brimCache } from './cache.ts';
export { keepNewest, wholeBalances } from './exchanges.ts';

/** `new Client(urqlOptions({ url, token }))`. */
export function urqlOptions(options: ConnectionOptions): ClientOptions {
  const { url, fetch, socket } = openConnection(options);
  return {
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [wholeBalances, cacheExchange(brimCache), keepNewest, fetchExchange, overSocket(socket)],
  };
}

/** Subscriptions, over one WebSocket. */
function overSocket(socket: SocketClient): Exchange {
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: socket.subscribe(
          { query, variables },
          { ...sink, next: ({ data = null, errors = [] }) => sink.next({ data, errors }) },
        ),
      }),
    }),
  });
}
