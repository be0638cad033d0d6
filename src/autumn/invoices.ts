import { z } from 'zod';
import type { Payment } from '../purchases/model/payments.ts';
import { isHeld } from '../purchases/model/transitions.ts';
import type { Purchase } from '../purchases/model/types.ts';
import { paymentCursor } from '../purchases/payments.ts';
import { CustomerNotFoundError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { accepting, optionalText, whole } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

const input = accepting({
  customer_id: z.string('must be given: a list of the invoices of all customers is not supported by Brim'),
  start_cursor: optionalText,
  limit: whole.nullish(),
});

/** The verb that lists what a customer paid, and what could not be collected. */
export function invoiceVerbs(deps: AutumnDeps): Verbs {
  return { 'invoices.list': { scopes: ['READ', 'PURCHASES'], repeats: 'harmless', run: (call) => list(deps, call) } };
}

async function list(deps: AutumnDeps, { body }: Call) {
  const { customer_id: customerId, start_cursor: cursor, limit: first } = readInput(input, body);
  if (!(await deps.customers.find(customerId))) throw new CustomerNotFoundError(customerId);
  const { nodes, hasNextPage } = await deps.purchases.payments.page({ customerId, first, after: cursor || null });
  const last = nodes.at(-1);
  return {
    list: await Promise.all(nodes.map((payment) => toInvoice(deps, payment))),
    next_cursor: hasNextPage && last ? paymentCursor(last) : null,
  };
}

/**
 * This wire's word for the status of a payment. What failed is open for as long as its invoice can
 * be paid; without an invoice nothing is owed.
 */
function statusOf({ status, invoiceId }: Payment, purchase: Purchase | null): string {
  if (status === 'SUCCEEDED') return 'paid';
  if (status === 'PENDING') return 'open';
  if (invoiceId === null) return 'void';
  return purchase && isHeld(purchase) ? 'open' : 'uncollectible';
}

export async function toInvoice({ purchases }: AutumnDeps, payment: Payment) {
  const [purchase, refunds] = await Promise.all([purchases.find(payment.purchaseId), purchases.payments.refundsOf(payment.id)]);
  const given = refunds.filter(({ status }) => status === 'SUCCEEDED');
  return {
    id: payment.id,
    customer_id: payment.customerId,
    entity_id: null,
    plan_ids: purchase ? [purchase.planId] : [],
    stripe_id: payment.invoiceId ?? payment.chargeId ?? payment.id,
    processor_type: 'stripe',
    status: statusOf(payment, purchase),
    total: payment.amount.amount,
    amount_paid: payment.status === 'SUCCEEDED' ? payment.amount.amount : 0n,
    refunded_amount: given.reduce((sum, { amount }) => sum + amount.amount, 0n),
    currency: payment.amount.currency,
    created_at: payment.createdAt.getTime(),
    hosted_invoice_url: payment.invoiceUrl ?? payment.receiptUrl,
    entities: [],
    items: [],
  };
}
