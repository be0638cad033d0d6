/**
 * A subscriber that comes back with its cursor whenever its stream ends, and keeps all that it has
 * received.
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TEST_KEY } from '../../support/brim.ts';

export interface Told {
  readonly sequence: number;
  readonly feature: string;
  readonly kind: string;
  readonly after: string;
}

export interface Subscriber {
  readonly customer: string;
  /** The sequence of the first snapshot; every later entry comes by itself. */
  readonly since: number;
  readonly told: readonly Told[];
  stop(): Promise<void>;
}

const CHANGES = `subscription ($id: ID!, $after: SafeInt) { balanceChanged(customerId: $id, after: $after) {
  cause sequence entry { sequence kind remainingAfter feature { id } } } }`;

interface Message {
  readonly cause: 'SNAPSHOT' | 'LEDGER';
  readonly sequence: number;
  readonly entry: { sequence: number; kind: string; remainingAfter: string; feature: { id: string } } | null;
}

/** Resolves when the first snapshot is there. */
export async function openSubscriber(url: () => string, customer: string): Promise<Subscriber> {
  const told: Told[] = [];
  let since: number | undefined;
  let cursor: number | undefined;
  let isOver = false;
  let client: ReturnType<typeof createClient> | undefined;
  let hasBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });

  function take({ cause, sequence, entry }: Message): void {
    cursor = sequence;
    if (since === undefined && sequence < Number.MAX_SAFE_INTEGER) {
      since = sequence;
      hasBegun();
    }
    if (cause === 'LEDGER' && entry) {
      told.push({ sequence: entry.sequence, feature: entry.feature.id, kind: entry.kind, after: entry.remainingAfter });
    }
  }

  const reading = (async () => {
    while (!isOver) {
      client = createClient({
        url: `${url().replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${TEST_KEY}` },
        retryAttempts: 0,
      });
      try {
        const variables = { id: customer, ...(cursor === undefined ? {} : { after: cursor }) };
        for await (const { data, errors } of client.iterate<{ balanceChanged: Message }>({ query: CHANGES, variables })) {
          if (errors || !data) break;
          take(data.balanceChanged);
        }
      } catch {
        // Refused or broken: it comes back.
      }
      await client.dispose();
      if (!isOver) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  await begun;
  return {
    customer,
    since: since ?? 0,
    told,
    async stop() {
      isOver = true;
      await client?.dispose();
      await reading;
    },
  };
}
