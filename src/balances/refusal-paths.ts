import { AmountOverflowError, GrantExpiredError, RefusedError } from '../ledger/model/errors.ts';
import { InvalidInputError, refuseInput } from '../values/errors.ts';

/**
 * The input paths of a verb for the fields that the ledger may refuse. A field that is left out has
 * the ledger's name.
 */
export interface RefusalPaths {
  readonly amount: string;
  readonly by?: string;
}

/**
 * Turns refusals of `Ledger.post` about an input field into an InvalidInputError with the caller's
 * path.
 */
export function atPath(paths: RefusalPaths): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof AmountOverflowError)
      throw new InvalidInputError([{ path: [paths.amount], message: refusal.message, code: 'TOO_LARGE' }]);
    if (refusal instanceof GrantExpiredError)
      throw new InvalidInputError([{ path: ['expiresAt'], message: refusal.message, code: 'TOO_SMALL' }]);
    if (refusal instanceof RefusedError) {
      const named: Partial<Record<RefusedError['field'], string>> = paths;
      refuseInput([named[refusal.field] ?? refusal.field], refusal.message);
    }
    throw refusal;
  };
}
