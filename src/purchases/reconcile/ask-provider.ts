import type { Actor } from '../../access/actor.ts';
import { DomainError, isTransient, RateLimitedError, UnavailableError, UnfinishedError } from '../../values/errors.ts';
import { PaymentProviderError, type ProviderTrouble } from '../model/provider.ts';
import type { Purchase } from '../model/types.ts';

/**
 * Runs a question to the provider about a recorded purchase, and names what goes wrong.
 * @param who gets the answer: the app's server is told all that is known of the reason; a
 * customer's browser is told the kind of trouble, and nothing of keys and permissions.
 * @throws UnavailableError where the provider's answer is not known, or it does not have the
 * checkout; UnfinishedError where its answer could not be recorded.
 */
export async function askProvider(
  who: Actor['kind'],
  { id: purchaseId }: Pick<Purchase, 'id'>,
  question: () => Promise<Purchase>,
): Promise<Purchase> {
  try {
    return await question();
  } catch (error) {
    if (isTransient(error) && !(error instanceof RateLimitedError))
      throw new UnfinishedError(UNFINISHED, { purchaseId }, { cause: error });
    throw toUnavailable(who, error);
  }
}

/** What the caller is told of a failed question: a DomainError as it is, else UnavailableError. */
export function toUnavailable(who: Actor['kind'], error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (!(error instanceof PaymentProviderError))
    return new UnavailableError('The payment provider could not be asked. Nothing was charged: try again in a moment.', {
      cause: error,
    });
  const why = who === 'app' ? `The payment provider gave no answer. ${error.message}` : TROUBLE_WORDS[error.trouble];
  return new UnavailableError(`${why} Nothing was charged: try again ${whenOf(error)}.`, { cause: error });
}

/** Once a purchase is recorded, "nothing was done" is no longer true. */
const UNFINISHED =
  'The purchase is recorded, and a later step of it could not be: send the same again in a moment, and it goes on from there.';

/** What a browser is told of the kinds of trouble. */
export const TROUBLE_WORDS: Record<ProviderTrouble, string> = {
  key: 'The payment provider does not let this app in at the moment, which its operator has to mend.',
  permission: 'The payment provider does not let this app do that, which its operator has to mend.',
  busy: 'The payment provider is asked too often at the moment.',
  failed: 'The payment provider failed.',
  unreachable: 'The payment provider cannot be reached.',
};

function whenOf({ trouble, retryAfterSeconds }: PaymentProviderError): string {
  if (retryAfterSeconds !== undefined) return `in ${retryAfterSeconds} seconds`;
  return trouble === 'key' || trouble === 'permission' ? 'once that is mended' : 'in a moment';
}
