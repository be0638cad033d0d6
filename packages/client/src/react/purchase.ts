/** A purchase, from the click to the payment. */
import { useMemo } from 'react';
import type { Live, LivePlan, LivePurchase, Loaded } from '../live/index.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

export interface UsePurchase extends Loading {
  readonly purchase: LivePurchase | undefined;
}

const NONE: Loaded<never> = {};
const NOTHING = { get: () => NONE, subscribe: () => () => undefined };
const whole = <State>(state: State) => state;

/** Follows it to its end. Without an id it waits for one. */
export function usePurchase(id: string | null | undefined): UsePurchase {
  const { live } = useBrim();
  const store: Pick<ReturnType<Live['purchase']>, 'get' | 'subscribe'> = id ? live.purchase(id) : NOTHING;
  const { value: purchase, error } = useStore(store, NONE, whole);
  return { ...(id ? loadingOf(purchase, error) : { isLoading: false, error: null }), purchase };
}

export interface UsePlans extends Loading {
  readonly plans: readonly LivePlan[] | undefined;
  refetch(): Promise<readonly LivePlan[]>;
}

/** What this page may attach, and what its customer has. */
export function usePlans(): UsePlans {
  const { live } = useBrim();
  const { value: plans, error } = useStore(live.plans, NONE, whole);
  return useMemo(() => ({ ...loadingOf(plans, error), plans, refetch: live.refetchPlans }), [live, plans, error]);
}
