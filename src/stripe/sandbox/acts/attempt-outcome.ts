/** What an attempt to charge a payment method comes to. Pure. */
import { AUTHENTICATION_REQUIRED, type Refusal } from '../objects/refusals.ts';
import type { TestMethod } from '../objects/test-methods.ts';

/**
 * Where the customer is: on a page of the provider's, in the app, or away. Only on a page can the
 * customer do what the bank asks at once.
 */
export type Presence = 'on_page' | 'in_app' | 'away';

export type AttemptOutcome = 'succeeded' | 'pending' | 'requires_action' | Refusal;

export interface AttemptFacts {
  readonly test: TestMethod;
  readonly presence: Presence;
  readonly isSaved: boolean;
  /** A decline that somebody ordered for this charge. */
  readonly ordered: Refusal | undefined;
}

export function attemptOutcome({ test, presence, isSaved, ordered }: AttemptFacts): AttemptOutcome {
  const refusal = ordered ?? test.refusal;
  if (refusal !== undefined) return refusal;
  const isAsked = test.authentication === 'always' || (test.authentication === 'until_saved' && !isSaved);
  if (isAsked && presence === 'away') return AUTHENTICATION_REQUIRED;
  if (isAsked && presence === 'in_app') return 'requires_action';
  return test.brand === 'bank' ? 'pending' : 'succeeded';
}
