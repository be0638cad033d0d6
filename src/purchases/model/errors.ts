import { AmountOverflowError } from '../../ledger/model/errors.ts';
import { DomainError, InvalidInputError } from '../../values/errors.ts';
import { isHeld } from './transitions.ts';
import type { Purchase } from './types.ts';

/**
 * The customer has this base plan; or it had this plan, which costs nothing, before, and a customer
 * token asks again.
 */
export class PlanAlreadyAttachedError extends DomainError {
  readonly code = 'PLAN_ALREADY_ATTACHED';
  readonly purchase: Purchase;

  constructor(purchase: Purchase) {
    const plan = JSON.stringify(purchase.planId);
    super(
      isHeld(purchase)
        ? `The customer has the plan ${plan} already.`
        : `The customer had the plan ${plan} before: a customer token can take a plan that costs nothing once, and the app's server can attach it again.`,
    );
    this.purchase = purchase;
  }
}

/** The payment provider refused for good. It charged nothing. */
export class PaymentFailedError extends DomainError {
  readonly code = 'PAYMENT_FAILED';
  readonly purchase: Purchase;

  /** @param message left out: it is told by the purchase's own failureReason. */
  constructor(purchase: Purchase, message?: string) {
    super(
      message ??
        `The payment provider refused: ${(purchase.failureReason ?? 'it gave no reason').replace(/\.$/, '')}. Nothing was charged.`,
    );
    this.purchase = purchase;
  }
}

/**
 * The payment provider opens no portal, for example because its settings were never saved, or no
 * page to save a payment method.
 */
export class PortalRefusedError extends DomainError {
  readonly code = 'PORTAL_REFUSED';

  /** @param reason the provider's, for the app's server; null: a browser is not told. */
  constructor(reason: string | null, page = 'portal') {
    super(`The payment provider opens no ${page}. ${reason ?? 'The operator of this app has to mend that.'}`);
  }
}

/** The payment provider refused to give money back. */
export function refundRefused(purchase: Purchase, reason: string): PaymentFailedError {
  return new PaymentFailedError(purchase, `The payment provider refused: ${reason.replace(/\.$/, '')}. Nothing was given back.`);
}

/**
 * Turns the ledger's refusal of a grant that would not fit into an error about the input that asked
 * for it.
 */
export function refusedAt(path: string): (refusal: unknown) => never {
  return (refusal) => {
    if (refusal instanceof AmountOverflowError)
      throw new InvalidInputError([{ path: [path], message: refusal.message, code: 'TOO_LARGE' }]);
    throw refusal;
  };
}
