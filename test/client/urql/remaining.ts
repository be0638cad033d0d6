import { BalanceChangedDocument, ViewerBalancesDocument } from '@brim/client/urql';
import { useQuery, useSubscription } from 'urql';

/**
 * Once, near the root, under urql's Provider: each push goes into the cache, and every widget below
 * follows.
 */
export function LiveBalances() {
  useSubscription({ query: BalanceChangedDocument });
  return null;
}

export function Remaining({ featureId }: { featureId: string }) {
  const [{ data }] = useQuery({ query: ViewerBalancesDocument });
  return data?.viewer?.balances.find(({ feature }) => feature.id === featureId)?.remaining ?? '…';
}
