/** One balance, and whether it is enough. Each widget has its own; they share one subscription. */
import { useMemo } from 'react';
import { covers, emptyBalance, type LiveBalance } from '../live/index.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

export interface UseBalance extends Loading {
  /** Exact. Unset until it is known; of a feature that the customer never had, nothing remains. */
  readonly balance: LiveBalance | undefined;
}

export function useBalance(featureId: string): UseBalance {
  const { live } = useBrim();
  const known = useStore(live.customer, live.initial, ({ balances }) => balances.byFeature[featureId]);
  const isLoaded = useStore(live.customer, live.initial, ({ value }) => value !== undefined);
  const error = useStore(live.customer, live.initial, (state) => state.error);
  return useMemo(() => {
    const balance = known ?? (isLoaded ? emptyBalance(featureId) : undefined);
    return { ...loadingOf(balance, error), balance };
  }, [known, isLoaded, error, featureId]);
}

export interface UseCheck extends Loading {
  /** False, too, while nothing is known. */
  readonly allowed: boolean;
  readonly balance: LiveBalance | undefined;
}

/**
 * By the server's rule for a balance that pays for itself. What credits would pay for, only the
 * server's `check` says.
 */
export function useCheck(featureId: string, required: number | string = 1): UseCheck {
  const { balance, ...loading } = useBalance(featureId);
  return { ...loading, balance, allowed: balance !== undefined && covers(balance, required) };
}
