/** What calls do with invoices: pay them, give them up, and ask what the next one will be. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { collectInvoice } from '../acts/collect-invoice.ts';
import { namedCustomer } from '../acts/customers.ts';
import { reactivate } from '../acts/invoice-outcomes.ts';
import { finalizeInvoice, giveUpInvoice, lockInvoice } from '../acts/invoices.ts';
import { namedMethod } from '../acts/methods.ts';
import { previewOf, previewStart } from '../acts/preview-invoice.ts';
import { productOf } from '../acts/prices.ts';
import { lockSubscription } from '../acts/write-subscription.ts';
import type { PricedLine } from '../objects/catalogue.ts';
import { subscriptionOf } from '../objects/invoice.ts';
import { cardError, refusedParam, SandboxApiError } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import { flag, integerAtLeast, NO_PARAMS, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { requireInvoice } from './invoices.ts';
import { anchorParam, itemChanges, itemChangesOf, linesOf, onceLines, prorationBehavior } from './subscription-params.ts';

export const INVOICE_STEPS = [
  endpoint('POST', '/v1/invoices/create_preview', preview),
  endpoint('POST', '/v1/invoices/:id/finalize', finalize),
  endpoint('POST', '/v1/invoices/:id/pay', pay),
  endpoint('POST', '/v1/invoices/:id/void', (call) => giveUp(call, 'void')),
  endpoint('POST', '/v1/invoices/:id/mark_uncollectible', (call) => giveUp(call, 'uncollectible')),
];

const PAY = z.strictObject({ payment_method: text.optional(), off_session: flag.default(true) });

const PREVIEW = z.strictObject({
  customer: text.optional(),
  subscription: text.optional(),
  invoice_items: onceLines,
  subscription_details: z
    .strictObject({
      items: itemChanges.default([]),
      billing_cycle_anchor: anchorParam,
      proration_behavior: prorationBehavior,
      proration_date: integerAtLeast(0).optional(),
    })
    .optional(),
});

async function pay(call: Call): Promise<Stripe.Invoice> {
  const params = readParams(PAY, call.form);
  const invoice = await locked(call);
  if (invoice.status !== 'open') throw wrongStatus(invoice, 'paid');
  const { payment_method: methodId, off_session: isAway } = params;
  const method = methodId === undefined ? null : await namedMethod(call, methodId, String(invoice.customer));
  const intent = await collectInvoice(call, invoice, { method, presence: isAway ? 'away' : 'in_app' });
  if (intent === undefined) throw refusedParam('customer', 'There is no default payment method set on this Customer or Invoice.');
  if (intent.last_payment_error !== null) throw cardError(intent.last_payment_error, intent);
  return lockInvoice(call, invoice.id);
}

async function finalize(call: Call): Promise<Stripe.Invoice> {
  readParams(z.strictObject({ auto_advance: flag.optional() }), call.form);
  const invoice = await locked(call);
  if (invoice.status !== 'draft') throw wrongStatus(invoice, 'finalized');
  return finalizeInvoice(call, invoice);
}

async function giveUp(call: Call, as: 'void' | 'uncollectible'): Promise<Stripe.Invoice> {
  readParams(NO_PARAMS, call.form);
  const invoice = await locked(call);
  const isEndable = invoice.status === 'open' || (as === 'void' && invoice.status === 'uncollectible');
  if (!isEndable) throw wrongStatus(invoice, as === 'void' ? 'voided' : 'marked as uncollectible');
  const ended = await giveUpInvoice(call, invoice, as);
  await reactivate(call, ended);
  return ended;
}

async function preview(call: Call): Promise<Stripe.Invoice> {
  const { customer, subscription, subscription_details: details, invoice_items } = readParams(PREVIEW, call.form);
  const once = await linesOf(call, invoice_items, 'invoice_items');
  const items = await itemChangesOf(call, details?.items ?? [], 'subscription_details[items]');
  if (subscription !== undefined) {
    const isChange = details !== undefined || once.length > 0;
    const { billing_cycle_anchor = { type: 'unchanged' }, proration_behavior: proration = 'create_prorations' } = details ?? {};
    const anchor = billing_cycle_anchor.type;
    const at = details?.proration_date ?? toUnixSeconds(call.now);
    return previewOf(
      call,
      await lockSubscription(call, subscription),
      isChange ? { items, once, anchor, proration, at } : undefined,
    );
  }
  if (customer === undefined || details === undefined || items.length === 0)
    throw refusedParam('subscription_details[items]', 'You must provide a subscription, or a customer and subscription items.');
  const lines: PricedLine[] = [];
  for (const { price, quantity = 1 } of items)
    if (price !== undefined) lines.push({ price, product: await productOf(call.records, price), quantity });
  return previewStart(call, await namedCustomer(call.records, customer), lines, once);
}

/** The invoice, locked after its subscription. */
async function locked(call: Call): Promise<Stripe.Invoice> {
  await lockSubscription(call, subscriptionOf(await requireInvoice(call)));
  return lockInvoice(call, call.id);
}

function wrongStatus({ status }: Stripe.Invoice, verb: string): SandboxApiError {
  const words = status === 'paid' ? 'Invoice is already paid' : `This invoice is ${status} and can not be ${verb}.`;
  return new SandboxApiError(words, { status: 400 });
}
