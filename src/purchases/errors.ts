import { DomainError, InvalidInputError } from '../errors.ts';
import { AmountOverflowError } from '../ledger/errors.ts';
import type { Purchase } from './types.ts';

/** A base plan that the customer has, or a free one that a customer token took before. */
export class PlanAlreadyAttachedError extends DomainError {
  readonly code = 'PLAN_ALREADY_ATTACHED';
  readonly purchase: Purchase;

  constructor(purchase: Purchase) {
    super(`The customer has the plan ${JSON.stringify(purchase.planId)} already.`);
    this.purchase = purchase;
  }
}

/** The payment provider said no, for good. Nothing was charged. */
export class PaymentFailedError extends DomainError {
  readonly code = 'PAYMENT_FAILED';
  readonly purchase: Purchase;

  constructor(purchase: Purchase) {
    super(
      `The payment provider refused: ${(purchase.failureReason ?? 'it gave no reason').replace(/\.$/, '')}. Nothing was charged.`,
    );
    this.purchase = purchase;
  }
}

/** For the ledger's refusal of a grant that would not fit: it is about the input that asked for it. */
export function refusedAt(path: string): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof AmountOverflowError) throw new InvalidInputError([{ path: [path], message: refusal.message }]);
    throw refusal;
  };
}
