import { useQuery, useSubscription } from '@apollo/client/react';
import { BalanceChangedDocument, ViewerBalancesDocument } from '@brim/client/apollo';

/**
 * Once, near the root, under ApolloProvider: each push goes into the cache, and every widget below
 * follows.
 */
export function LiveBalances() {
  useSubscription(BalanceChangedDocument, { ignoreResults: true });
  return null;
}

export function Remaining({ featureId }: { featureId: string }) {
  const { data } = useQuery(ViewerBalancesDocument);
  return data?.viewer?.balances.find(({ feature }) => feature.id === featureId)?.remaining ?? '…';
}
