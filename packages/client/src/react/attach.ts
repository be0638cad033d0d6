/** Attaching a plan from a page. */
import { useCallback } from 'react';
import type { AttachAnswer, AttachInput, LiveError } from '../live/index.ts';
import { useAttempt } from './attempt.ts';
import { useBrim } from './provider.tsx';

/**
 * `successUrl` and `cancelUrl` left out: this page; in an app whose pages are not on the web
 * (capacitor://, tauri://), a page of Brim.
 */
export type AttachParameters = AttachInput;

/** Where a payment page sends the customer back to, if it can. */
export function backTo({ protocol, href }: Pick<Location, 'protocol' | 'href'>): Pick<AttachInput, 'successUrl' | 'cancelUrl'> {
  return /^https?:$/.test(protocol) ? { successUrl: href, cancelUrl: href } : {};
}

export function useAttach(): (parameters: AttachParameters) => Promise<AttachAnswer> {
  const { live, navigate } = useBrim();
  return useCallback(
    async (parameters) => {
      const answer = await live.attach({ ...backTo(location), ...parameters });
      if (answer.__typename === 'AttachPlanSuccess' && answer.checkoutUrl !== null) navigate(answer.checkoutUrl);
      return answer;
    },
    [live, navigate],
  );
}

export interface UseAttachPlan {
  /** Goes to the checkout page where there is something to pay. @throws LiveError. */
  attach(parameters: AttachParameters): Promise<AttachAnswer>;
  readonly isAttaching: boolean;
  /** What came of the last one, a refusal included. */
  readonly answer: AttachAnswer | null;
  readonly error: LiveError | null;
}

export function useAttachPlan(): UseAttachPlan {
  const { send: attach, isBusy: isAttaching, answer, error } = useAttempt(useAttach());
  return { attach, isAttaching, answer, error };
}
