/** A web page's cache, as the tests of both clients see it. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ConnectionOptions } from '../../../packages/client/src/caches/connection.ts';
import type { TestBrim } from '../../support/brim.ts';
import { createCustomer, createCustomerToken } from '../../support/shop.ts';

type Ask<Answer extends 'now' | 'once' | 'on and on'> = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => { now: Data | undefined; once: Promise<Data>; 'on and on': Watched<Data> }[Answer];

export interface Page {
  /** Follows a query in the cache, asking the network for what is not there. */
  readonly watch: Ask<'on and on'>;
  /** Asks the network, whatever the cache holds. */
  readonly ask: Ask<'once'>;
  /** What the cache holds: what a widget shows that is drawn next. */
  readonly cached: Ask<'now'>;
  readonly mutate: Ask<'once'>;
  readonly subscribe: Ask<'on and on'>;
}

export interface Watched<Data> {
  /** All that came, in order. */
  readonly seen: readonly Data[];
  latest(): Data | undefined;
  /** The latest, once it is as wanted. */
  until(isWanted: (data: Data) => boolean): Promise<Data>;
}

export interface Client {
  readonly name: string;
  open(options: ConnectionOptions): Page;
  /** The same client without the piece that keeps what is newest. */
  openUnguarded(options: ConnectionOptions): Page;
  /** As it comes, told nothing of Brim's schema. */
  openBare(options: ConnectionOptions): Page;
}

/** Where a page of a new customer finds Brim; its token may attach the top-up. */
export async function connect(
  brim: TestBrim,
  customerId: string,
  options?: Partial<ConnectionOptions>,
): Promise<ConnectionOptions> {
  await createCustomer(brim, customerId);
  const token = await createCustomerToken(brim, customerId, ['top_up']);
  return { url: brim.url, token, webSocket: WebSocket, ...options };
}

/** @param start begins to listen, and gives what ends it; that happens at the end of the test. */
export function watched<Data>(start: (next: (data: Data) => void) => () => void): Watched<Data> {
  const seen: Data[] = [];
  const waiting = new Set<() => void>();
  const stop = start((data) => {
    seen.push(data);
    for (const look of waiting) look();
  });
  onTestFinished(stop);
  return {
    seen,
    latest: () => seen.at(-1),
    until: (isWanted) =>
      new Promise((resolve) => {
        const look = () => {
          const data = seen.at(-1);
          if (data === undefined || !isWanted(data)) return;
          waiting.delete(look);
          resolve(data);
        };
        waiting.add(look);
        look();
      }),
  };
}
