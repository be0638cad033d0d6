/** How the customer of a page pays: the saved payment method, the portal, and what is canceled. */
import { useCallback, useMemo } from 'react';
import type {
  CancelAnswer,
  CancelInput,
  LiveError,
  LivePaymentMethod,
  Loaded,
  PortalAnswer,
  SetupAnswer,
  SetupInput,
} from '../live/index.ts';
import { backTo } from './attach.ts';
import { useAttempt } from './attempt.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

/** `successUrl` and `cancelUrl` left out: this page. */
export type SetupParameters = Partial<SetupInput>;

export interface UsePaymentMethod extends Loading {
  /** null: none is saved; undefined: not known yet. */
  readonly paymentMethod: LivePaymentMethod | null | undefined;
  /** Goes to the page on which the customer saves one. @throws LiveError. */
  save(parameters?: SetupParameters): Promise<SetupAnswer>;
  refetch(): Promise<LivePaymentMethod | null>;
}

const NONE: Loaded<never> = {};
const whole = <State>(state: State) => state;
const here = () => backTo(location).successUrl ?? '';

/** Loaded again whenever the customer comes back to this page. */
export function usePaymentMethod(): UsePaymentMethod {
  const { live, navigate } = useBrim();
  const { value: paymentMethod, error } = useStore<Loaded<LivePaymentMethod | null>, Loaded<LivePaymentMethod | null>>(
    live.paymentMethod,
    NONE,
    whole,
  );
  const save = useCallback(
    async (parameters: SetupParameters = {}) => {
      const answer = await live.openSetup({ ...backTo(location), ...parameters, successUrl: parameters.successUrl ?? here() });
      if (answer.__typename === 'CreateSetupSessionSuccess') navigate(answer.url);
      return answer;
    },
    [live, navigate],
  );
  return useMemo(
    () => ({ ...loadingOf(paymentMethod, error), paymentMethod, save, refetch: live.refetchPaymentMethod }),
    [live, paymentMethod, error, save],
  );
}

export interface UseOpenPortal {
  /** Goes to the provider's page. @param returnUrl Left out: this page. @throws LiveError. */
  openPortal(returnUrl?: string): Promise<PortalAnswer>;
  readonly isOpening: boolean;
  /** What came of the last one, a refusal included. */
  readonly answer: PortalAnswer | null;
  readonly error: LiveError | null;
}

export function useOpenPortal(): UseOpenPortal {
  const { live, navigate } = useBrim();
  const ask = useCallback(
    async (returnUrl?: string) => {
      const answer = await live.openPortal({ returnUrl: returnUrl ?? here() });
      if (answer.__typename === 'CreatePortalSessionSuccess') navigate(answer.url);
      return answer;
    },
    [live, navigate],
  );
  const { send: openPortal, isBusy: isOpening, answer, error } = useAttempt(ask);
  return { openPortal, isOpening, answer, error };
}

export interface UseCancelPurchase {
  /**
   * Cancels a purchase that recurs at the end of its period, or one that is not paid yet at once.
   * @throws LiveError.
   */
  cancel(purchaseId: string): Promise<CancelAnswer>;
  readonly isCanceling: boolean;
  /** What came of the last one, a refusal included. */
  readonly answer: CancelAnswer | null;
  readonly error: LiveError | null;
}

export function useCancelPurchase(): UseCancelPurchase {
  const { live } = useBrim();
  const ask = useCallback(
    (purchaseId: string) => live.cancelPurchase({ purchaseId, when: 'PERIOD_END' } satisfies CancelInput),
    [live],
  );
  const { send: cancel, isBusy: isCanceling, answer, error } = useAttempt(ask);
  return { cancel, isCanceling, answer, error };
}
