/** What a purchase says while it is not known what came of its charge. Pure. */
import type { PaymentProviderError } from '../model/provider.ts';
import { TROUBLE_WORDS } from '../reconcile/ask-provider.ts';

/** @param error null where the provider is only slow. */
export function waitingReason(error: Pick<PaymentProviderError, 'trouble'> | null): string {
  const why = error === null ? 'The payment provider has not answered yet.' : TROUBLE_WORDS[error.trouble];
  return `${why} The saved payment method is charged at most once: Brim asks again by itself.`;
}
