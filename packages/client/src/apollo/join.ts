/**
 * Adds a balance that is pushed for the first time to the cached lists of its customer's balances.
 * They were fetched earlier, so they lack it.
 */
import type { ApolloCache } from '@apollo/client';
import { ApolloLink } from '@apollo/client/link';
import { Observable } from 'rxjs';
import { type PushedBalance, pushedIn, wants } from '../caches/pushed.ts';

/**
 * The link that does this. It stands before `openBrimLink` and writes to the cache of its client.
 */
export function joinBalances(cache: ApolloCache): ApolloLink {
  return new ApolloLink(
    (operation, forward) =>
      new Observable((client) =>
        forward(operation).subscribe({
          next(result) {
            // The client writes the balance itself into the cache.
            client.next(result);
            for (const pushed of pushedIn(result.data)) join(cache, pushed);
          },
          error: (error) => client.error(error),
          complete: () => client.complete(),
        }),
      ),
  );
}

function join(cache: ApolloCache, { id, customerId, featureId }: PushedBalance): void {
  const customer = cache.identify({ __typename: 'Customer', id: customerId });
  const balance = cache.identify({ __typename: 'Balance', id });
  if (!customer || !balance) return;
  cache.modify({
    id: customer,
    fields: {
      balances(known: unknown, { storeFieldName, toReference }) {
        if (!Array.isArray(known) || !wants(argumentsIn(storeFieldName), featureId)) return known;
        return known.some(({ __ref }) => __ref === balance) ? known : [...known, toReference(balance)];
      },
    },
  });
}

/**
 * The cache keeps a field with its arguments under a name such as
 * `balances({"featureIds":["words"]})`.
 */
function argumentsIn(storeFieldName: string): unknown {
  const [, json] = /^\w+\((.*)\)$/.exec(storeFieldName) ?? [];
  return json ? JSON.parse(json) : null;
}
