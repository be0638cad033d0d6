/** What `billing.attach` answers: where the customer pays, or what was charged at once. */
import type { Actor } from '../access/actor.ts';
import { PaymentFailedError } from '../purchases/model/errors.ts';
import type { Purchase } from '../purchases/model/types.ts';
import { toInvoice } from './invoices.ts';
import type { AutumnDeps } from './wire/verb.ts';

/**
 * Attaches a plan. A purchase whose charge was declined is an answer here, too: it has a page on
 * which the customer can pay. @throws what `Purchases.attach` throws otherwise.
 */
export async function attachOrDeclined({ purchases }: AutumnDeps, actor: Actor, wanted: object): Promise<Purchase> {
  try {
    return (await purchases.attach(actor, wanted)).purchase;
  } catch (error) {
    if (error instanceof PaymentFailedError && error.purchase.checkoutUrl !== null) return error.purchase;
    throw error;
  }
}

export async function attachAnswer(deps: AutumnDeps, { id, customerId, checkoutUrl }: Purchase) {
  const [newest] = await deps.purchases.payments.ofPurchase(id);
  const answer = { customer_id: customerId, payment_url: checkoutUrl };
  if (!newest) return answer;
  if (newest.status === 'FAILED') {
    const code = newest.failureCode === 'authentication_required' ? '3ds_required' : 'payment_failed';
    return { ...answer, required_action: { code, reason: newest.failureReason ?? 'The payment failed.' } };
  }
  const { status, stripe_id, total, currency, hosted_invoice_url } = await toInvoice(deps, newest);
  return { ...answer, invoice: { status, stripe_id, total, currency, hosted_invoice_url } };
}
