/** Makes an invoice that is paid at once: the payment comes first, and then what it pays for. */
import type Stripe from 'stripe';
import type { InvoiceFacts } from '../objects/invoice.ts';
import { newInvoicePayment } from '../objects/invoice-payment.ts';
import type { Act } from './act.ts';
import type { Presence } from './attempt-outcome.ts';
import { attemptCharge } from './attempts.ts';
import { makeIntent } from './intents.ts';
import { settleInvoicePayment } from './invoice-outcomes.ts';
import { draftInvoice, finalizeInvoice, settleBalance } from './invoices.ts';

export interface FirstCharge {
  readonly customer: Stripe.Customer;
  readonly total: number;
  readonly currency: string;
  readonly method: Stripe.PaymentMethod | undefined;
  readonly presence: Presence;
  readonly description: string;
}

/**
 * Charges what an invoice of this total will ask, less what the customer's balance has. @returns
 * null where nothing is due. A refused intent is `requires_payment_method`.
 */
export async function chargeFirst(
  act: Act,
  { customer, total, currency, method, presence, description }: FirstCharge,
): Promise<Stripe.PaymentIntent | null> {
  const amount = settleBalance(total, customer.balance, currency).due;
  if (amount === 0) return null;
  const asked = await makeIntent(act, {
    amount,
    currency,
    customer: customer.id,
    description,
    metadata: {},
    ...(presence === 'on_page' ? { setup_future_usage: 'off_session' } : {}),
  });
  return method === undefined ? asked : attemptCharge(act, asked, method, presence);
}

export function isPaying(intent: Stripe.PaymentIntent | null): boolean {
  return intent === null || intent.status === 'succeeded' || intent.status === 'processing';
}

/** Makes the invoice that the intent pays. Its subscription is written already, or will be. */
export async function draftPaid(act: Act, facts: Omit<InvoiceFacts, 'autoAdvance' | 'finalizesAt'>): Promise<Stripe.Invoice> {
  return draftInvoice(act, { ...facts, autoAdvance: true, finalizesAt: null });
}

export async function finalizePaid(act: Act, draft: Stripe.Invoice, intent: Stripe.PaymentIntent | null): Promise<void> {
  const open = await finalizeInvoice(act, draft);
  if (intent === null) return;
  const payment = newInvoicePayment(open, intent.id, act.now);
  await act.records.put('invoice_payment', payment.id, payment);
  if (intent.status === 'succeeded') await settleInvoicePayment(act, payment);
}
