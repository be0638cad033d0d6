/** Readers of pushes, through the client that apps install, which opens lost streams again. */
import type { Brim as Client } from '../../packages/client/src/server/index.ts';

export interface Follower {
  /** The versions of a customer's balance, as they came. */
  told(customerId: string): readonly number[];
  end(): Promise<void>;
}

/** What moved one customer's balances after that entry. */
export function followCustomer(client: Client, customerId: string, after: number): Follower {
  return follow(
    (options) => client.balanceChanged({ customerId, after }, options),
    () => customerId,
  );
}

/** What moved the balances of all customers after that cursor. */
export function followAll(client: Client, after: string): Follower {
  return follow(
    (options) => client.balancesChanged({ after }, options),
    ({ customer }) => customer.id,
  );
}

function follow<Change extends { readonly balance: { readonly version: number } }>(
  open: (options: { readonly signal: AbortSignal }) => AsyncIterable<Change>,
  customerOf: (change: Change) => string,
): Follower {
  const told = new Map<string, number[]>();
  const ending = new AbortController();
  let failure: unknown;
  const reading = (async () => {
    for await (const change of open({ signal: ending.signal })) {
      const customerId = customerOf(change);
      const versions = told.get(customerId) ?? [];
      told.set(customerId, versions);
      versions.push(change.balance.version);
    }
  })().catch((error: unknown) => {
    failure = error;
  });
  return {
    told(customerId) {
      if (failure !== undefined) throw failure;
      return told.get(customerId) ?? [];
    },
    async end() {
      ending.abort();
      await reading;
    },
  };
}
