/** What limits the use of a page's customer. */
import { useMemo } from 'react';
import type { LiveUsageLimit, Loaded } from '../live/index.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

export interface UseUsageLimits extends Loading {
  /** As they were a second ago, at most. Unset until they are known. */
  readonly usageLimits: readonly LiveUsageLimit[] | undefined;
  refetch(): Promise<readonly LiveUsageLimit[]>;
}

const NONE: Loaded<never> = {};
const whole = <State>(state: State) => state;

/** @param featureId Left out: the limits of all features. */
export function useUsageLimits(featureId?: string): UseUsageLimits {
  const { live } = useBrim();
  const { value, error } = useStore<Loaded<readonly LiveUsageLimit[]>, Loaded<readonly LiveUsageLimit[]>>(
    live.usageLimits,
    NONE,
    whole,
  );
  return useMemo(() => {
    const usageLimits = featureId === undefined ? value : value?.filter(({ feature }) => feature.id === featureId);
    return { ...loadingOf(usageLimits, error), usageLimits, refetch: live.refetchUsageLimits };
  }, [live, value, error, featureId]);
}
