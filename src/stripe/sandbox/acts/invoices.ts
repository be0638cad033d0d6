/**
 * The life of an invoice: a draft, then open with what is due, then paid, void or uncollectible.
 * Each step writes the invoice and the events about it.
 */
import type Stripe from 'stripe';
import { stripeChargeRules } from '../../wire/charge-rules.ts';
import { fromStripeMinor } from '../../wire/minor-units.ts';
import { type InvoiceFacts, newInvoice } from '../objects/invoice.ts';
import { noSuch } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';

/** The invoice, locked. @throws SandboxApiError where the account does not have it. */
export async function lockInvoice({ records }: Act, id: string): Promise<Stripe.Invoice> {
  const invoice = await records.lock('invoice', id);
  if (invoice === undefined) throw noSuch('invoice', id, 'invoice');
  return invoice;
}

/** Writes the invoice; it is due again at its next step. */
export async function putInvoice({ records }: Act, invoice: Stripe.Invoice): Promise<Stripe.Invoice> {
  const { automatically_finalizes_at: finalizesAt, next_payment_attempt: attemptAt, status } = invoice;
  const dueAt = status === 'draft' ? finalizesAt : status === 'open' ? attemptAt : null;
  await records.put('invoice', invoice.id, invoice, dueAt === null ? undefined : new Date(dueAt * 1_000));
  return invoice;
}

export async function draftInvoice(act: Act, facts: InvoiceFacts): Promise<Stripe.Invoice> {
  const invoice = await putInvoice(act, newInvoice(facts, act.now));
  await act.records.addEvent({ type: 'invoice.created', object: invoice }, act.now);
  return invoice;
}

/**
 * Opens the draft, and takes what the customer's balance has or owes. Nothing to pay, or less than
 * Stripe charges: it is paid at once, and the rest moves to the balance.
 */
export async function finalizeInvoice(act: Act, draft: Stripe.Invoice): Promise<Stripe.Invoice> {
  const customer = await act.records.lock('customer', String(draft.customer));
  const starting = customer === undefined || customer.deleted === true ? 0 : customer.balance;
  const { due, ending } = settleBalance(draft.total, starting, draft.currency);
  if (customer !== undefined && customer.deleted !== true && ending !== starting) {
    const changed: Stripe.Customer = { ...customer, balance: ending };
    await act.records.put('customer', customer.id, changed);
    await act.records.addEvent({ type: 'customer.updated', object: changed, previous: { balance: starting } }, act.now);
  }
  const now = toUnixSeconds(act.now);
  const open: Stripe.Invoice = {
    ...draft,
    amount_due: due,
    amount_remaining: due,
    automatically_finalizes_at: null,
    effective_at: now,
    ending_balance: ending,
    hosted_invoice_url: act.urlOf('invoices', draft.id),
    next_payment_attempt: null,
    number: `SANDBOX-${draft.id.slice(-8).toUpperCase()}`,
    starting_balance: starting,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  };
  await act.records.addEvent({ type: 'invoice.finalized', object: open }, act.now);
  return due === 0 ? settleInvoice(act, open) : putInvoice(act, open);
}

/** What is due of a total, and the customer's balance after it. Below zero is a credit. */
export function settleBalance(total: number, starting: number, currency: string): { due: number; ending: number } {
  const sum = total + starting;
  if (sum <= 0) return { due: 0, ending: sum };
  const smallest = stripeChargeRules(currency)?.smallest ?? 0n;
  return fromStripeMinor(sum, currency).amount < smallest ? { due: 0, ending: sum } : { due: sum, ending: 0 };
}

/** Marks an open invoice as paid. */
export async function settleInvoice(act: Act, invoice: Stripe.Invoice): Promise<Stripe.Invoice> {
  const paid = await putInvoice(act, {
    ...invoice,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempted: true,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: toUnixSeconds(act.now) },
  });
  await act.records.addEvent({ type: 'invoice.paid', object: paid }, act.now);
  await act.records.addEvent({ type: 'invoice.payment_succeeded', object: paid }, act.now);
  return paid;
}

/** Gives up an invoice that was not paid: it is void, or uncollectible. */
export async function giveUpInvoice(act: Act, invoice: Stripe.Invoice, as: 'void' | 'uncollectible'): Promise<Stripe.Invoice> {
  const now = toUnixSeconds(act.now);
  const isVoid = as === 'void';
  const ended = await putInvoice(act, {
    ...invoice,
    auto_advance: false,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
    status: as,
    status_transitions: { ...invoice.status_transitions, [isVoid ? 'voided_at' : 'marked_uncollectible_at']: now },
  });
  await act.records.addEvent({ type: isVoid ? 'invoice.voided' : 'invoice.marked_uncollectible', object: ended }, act.now);
  return ended;
}
