/** Changes what a subscription sells, and charges what is due at once. */
import type Stripe from 'stripe';
import { adjusted } from '../objects/adjustment.ts';
import { periodOf } from '../objects/subscription.ts';
import { cardError, refusedParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { usualMethod } from './collect-invoice.ts';
import { namedCustomer } from './customers.ts';
import { chargeFirst, draftPaid, finalizePaid, isPaying } from './invoice-now.ts';
import { type ChangeTerms, plannedChange } from './planned-change.ts';
import { changeSubscription } from './write-subscription.ts';

/**
 * @param more other fields that change with the items.
 * @throws SandboxApiError (402) where what is due at once is refused: then nothing is changed.
 */
export async function changeItems(
  act: Act,
  before: Stripe.Subscription,
  terms: ChangeTerms,
  more: Partial<Stripe.Subscription>,
): Promise<Stripe.Subscription> {
  const { after: planned, lines, isInvoicedNow } = await plannedChange(act, before, terms);
  const after = { ...planned, ...more };
  if (after.items.data.length === 0) throw refusedParam('items', 'A subscription must have at least one active plan.');
  if (!isInvoicedNow || lines.length === 0) {
    for (const line of lines) await act.records.put('pending_line', line.id, line);
    return changeSubscription(act, { before, after });
  }
  const pending = await act.records.list('pending_line', { where: { subscription: before.id }, limit: 100 });
  const all = [...pending.toReversed(), ...lines];
  const customer = await namedCustomer(act.records, String(before.customer));
  const intent = await chargeFirst(act, {
    customer,
    total: adjusted(
      all.reduce((sum, { amount }) => sum + amount, 0),
      { isTaxed: before.automatic_tax.enabled },
    ).total,
    currency: before.currency,
    method: await usualMethod(act, after),
    presence: 'away',
    description: 'Subscription update',
  });
  if (!isPaying(intent)) {
    if (intent?.last_payment_error) throw cardError(intent.last_payment_error, intent);
    throw refusedParam('customer', 'This customer has no attached payment source or default payment method.', 'resource_missing');
  }
  for (const { id } of pending) await act.records.remove('pending_line', id);
  const period = { start: periodOf(before).start, end: terms.at };
  const draft = await draftPaid(act, { subscription: after, customer, lines: all, reason: 'subscription_update', period });
  const changed = await changeSubscription(act, { before, after: { ...after, latest_invoice: draft.id } });
  await finalizePaid(act, draft, intent);
  return changed;
}
