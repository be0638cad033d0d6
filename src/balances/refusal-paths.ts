import { AmountOverflowError, GrantExpiredError, RefusedError } from '../ledger/model/errors.ts';
import { InvalidInputError, refuseInput } from '../values/errors.ts';

/** At which path of its input a verb takes what the ledger may refuse. What is not named here has the ledger's own name. */
export interface RefusalPaths {
  readonly amount: string;
  readonly by?: string;
}

/** For the refusals of `Ledger.post` that speak of an input: they get the path at which the caller gave it. */
export function atPath(paths: RefusalPaths): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof AmountOverflowError) throw new InvalidInputError([{ path: [paths.amount], message: refusal.message }]);
    if (refusal instanceof GrantExpiredError) throw new InvalidInputError([{ path: ['expiresAt'], message: refusal.message }]);
    if (refusal instanceof RefusedError) {
      const named: Partial<Record<RefusedError['field'], string>> = paths;
      refuseInput([named[refusal.field] ?? refusal.field], refusal.message);
    }
    throw refusal;
  };
}
