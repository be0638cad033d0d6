/**
 * The idempotency keys of calls to Stripe. The same request has the same key in every process, and
 * two Brims on one account never share a key.
 */
import { createHash } from 'node:crypto';
import type { CheckoutRequest } from '../purchases/model/provider.ts';

/**
 * Contains the customer: with a replaced customer it is another request, and Stripe refuses another
 * request under a used key. Purchases that are older than installation ids keep the key that they
 * had, so that a repeated request stays the same request.
 */
export function checkoutKey({ purchaseId, installationId }: CheckoutRequest, customer: string): string {
  return ['brim-checkout', installationId, purchaseId, customer].filter((part) => part !== null).join('-');
}

/**
 * Stripe's keys have at most 255 characters, and a customer's id may have 200 of any script, so the
 * key contains its digest.
 */
export function customerKey(installationId: string, customerId: string): string {
  return `brim-customer-${installationId}-${digest(customerId)}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Lines of one purchase with one name are different lines. */
export function productKey(purchaseId: string, index: number, name: string): string {
  return `brim-product-${digest(`${purchaseId} ${index} ${name}`)}`;
}

/** @param change the same for two requests that mean the same change of the subscription. */
export function changeKey(subscriptionId: string, change: string): string {
  return `brim-change-${subscriptionId}-${change}`;
}

/** Brim's ids of refunds are random, so no two Brims share one. */
export function refundKey(refundId: string): string {
  return `brim-refund-${refundId}`;
}

/** Brim's ids of payments are random, so no two Brims share one. */
export function chargeKey(paymentId: string): string {
  return `brim-charge-${paymentId}`;
}
