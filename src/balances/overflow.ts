import { InvalidInputError } from '../errors.ts';
import { AmountOverflowError } from '../ledger/errors.ts';

/** For the refusals of `Ledger.post`: an amount that takes a balance beyond what it can hold is an input that cannot be taken. */
export function namingOverflow(field: string): (refusal: unknown) => never {
  return (refusal) => {
    throw refusal instanceof AmountOverflowError ? new InvalidInputError([{ path: [field], message: refusal.message }]) : refusal;
  };
}
