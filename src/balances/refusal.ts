import { InvalidInputError } from '../errors.ts';
import { AmountOverflowError, GrantExpiredError } from '../ledger/errors.ts';

/** For the refusals of `Ledger.post` that speak of an input: they get the path at which the caller gave it. */
export function atPath(paths: { readonly amount: string }): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof AmountOverflowError) throw new InvalidInputError([{ path: [paths.amount], message: refusal.message }]);
    if (refusal instanceof GrantExpiredError) throw new InvalidInputError([{ path: ['expiresAt'], message: refusal.message }]);
    throw refusal;
  };
}
