/**
 * The idempotency keys under which Brim asks Stripe for things: the same question has the same key, whoever asks, and two Brims on one
 * account never have the same one.
 */
import { createHash } from 'node:crypto';
import type { CheckoutRequest } from '../purchases/model/provider.ts';

/**
 * The customer is part of the key, because a replaced customer makes it another request, and another request with a used key is refused.
 * What was recorded before installations were told apart keeps the key that it had: asking again must stay the same question.
 */
export function checkoutKey({ purchaseId, installationId }: CheckoutRequest, customer: string): string {
  return ['brim-checkout', installationId, purchaseId, customer].filter((part) => part !== null).join('-');
}

/** Stripe's keys are at most 255 characters, and a customer's id may be 200 of any script: so its digest stands in. */
export function customerKey(installationId: string, customerId: string): string {
  return `brim-customer-${installationId}-${digest(customerId)}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
