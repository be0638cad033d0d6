/** The auto top-up of one feature of the page's customer. */
import { useCallback, useMemo } from 'react';
import type { LiveAutoTopUp, LiveError, Loaded, SetAutoTopUpAnswer, SetAutoTopUpInput } from '../live/index.ts';
import { useAttempt } from './attempt.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

export type AutoTopUpParameters = Omit<SetAutoTopUpInput, 'featureId'>;

export interface UseAutoTopUp extends Loading {
  /** null: none is set; undefined: not known yet. Loaded again whenever a balance moves. */
  readonly autoTopUp: LiveAutoTopUp | null | undefined;
  /** Needs a token made with canSetAutoTopUp. @throws LiveError. */
  set(parameters: AutoTopUpParameters): Promise<SetAutoTopUpAnswer>;
  readonly isSetting: boolean;
  /** What came of the last one, a refusal included. */
  readonly answer: SetAutoTopUpAnswer | null;
  readonly setError: LiveError | null;
  refetch(): Promise<readonly LiveAutoTopUp[]>;
}

const NONE: Loaded<never> = {};
const whole = <State>(state: State) => state;

export function useAutoTopUp(featureId: string): UseAutoTopUp {
  const { live } = useBrim();
  const { value, error } = useStore<Loaded<readonly LiveAutoTopUp[]>, Loaded<readonly LiveAutoTopUp[]>>(
    live.autoTopUps,
    NONE,
    whole,
  );
  const ask = useCallback(
    (parameters: AutoTopUpParameters) => live.setAutoTopUp({ ...parameters, featureId }),
    [live, featureId],
  );
  const { send: set, isBusy: isSetting, answer, error: setError } = useAttempt(ask);
  return useMemo(() => {
    const autoTopUp = value && (value.find(({ feature }) => feature.id === featureId) ?? null);
    return { ...loadingOf(value, error), autoTopUp, set, isSetting, answer, setError, refetch: live.refetchAutoTopUps };
  }, [live, featureId, value, error, set, isSetting, answer, setError]);
}
