/** Invoices, their lines, and the payments that they are paid with. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../wire/api-error.ts';
import { expandable, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects, type ObjectList } from './object-list.ts';

export const INVOICES = [
  endpoint('GET', '/v1/invoices', list),
  endpoint('GET', '/v1/invoices/:id', retrieve),
  endpoint('GET', '/v1/invoices/:id/lines', listLines),
  endpoint('GET', '/v1/invoice_payments', listPayments),
];

/** Stripe expands four levels deep, and no further. */
const READ = z.strictObject({ expand: expandable(['customer', 'payments', 'payments.data.payment.payment_intent']) });

const LIST = z.strictObject({
  ...pageParams,
  customer: text.optional(),
  subscription: text.optional(),
  status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
  expand: expandable(['data.customer', 'data.payments']),
});

const LIST_PAYMENTS = z.strictObject({
  ...pageParams,
  invoice: text.optional(),
  payment: z.strictObject({ type: z.literal('payment_intent'), payment_intent: text }).optional(),
  status: z.enum(['canceled', 'open', 'paid']).optional(),
  expand: expandable(['data.invoice', 'data.payment.payment_intent']),
});

/** @throws SandboxApiError where the account does not have the invoice. */
export async function requireInvoice({ records, id }: Call): Promise<Stripe.Invoice> {
  const invoice = await records.find('invoice', id);
  if (invoice === undefined) throw noSuch('invoice', id, 'invoice');
  return invoice;
}

async function retrieve(call: Call): Promise<Stripe.Invoice> {
  const params = readParams(READ, call.form);
  return expanded(call.records, await requireInvoice(call), params.expand);
}

async function list({ records, form }: Call): Promise<ObjectList<Stripe.Invoice>> {
  const { limit, starting_after, customer, subscription, status, expand } = readParams(LIST, form);
  const where = { customer, status, parent: subscription && { subscription_details: { subscription } } };
  return expanded(records, await listObjects(records, 'invoice', { where, limit, starting_after }, '/v1/invoices'), expand);
}

async function listLines(call: Call): Promise<Stripe.Invoice['lines']> {
  readParams(z.strictObject(pageParams), call.form);
  return (await requireInvoice(call)).lines;
}

async function listPayments({ records, form }: Call): Promise<ObjectList<Stripe.InvoicePayment>> {
  const { limit, starting_after, expand, ...where } = readParams(LIST_PAYMENTS, form);
  const page = await listObjects(records, 'invoice_payment', { where, limit, starting_after }, '/v1/invoice_payments');
  return expanded(records, page, expand);
}
