/** What links an invoice to the payment intent that pays it. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export function newInvoicePayment(invoice: Stripe.Invoice, intentId: string, now: Date): Stripe.InvoicePayment {
  return {
    id: newObjectId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: toUnixSeconds(now),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intentId, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}

export function paidInvoicePayment(payment: Stripe.InvoicePayment, now: Date): Stripe.InvoicePayment {
  return {
    ...payment,
    amount_paid: payment.amount_requested,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: toUnixSeconds(now) },
  };
}

/** The id of the payment intent. */
export function intentIdOf({ id, payment }: Stripe.InvoicePayment): string {
  if (typeof payment.payment_intent !== 'string') throw new Error(`The invoice payment ${id} has no payment intent.`);
  return payment.payment_intent;
}
