import { type Database, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import type { Subscription } from '../model/provider-subscriptions.ts';
import { isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { insertPayments } from '../tables/payments.ts';
import { failedPaymentOf } from './invoice-payment.ts';
import { renewalOf } from './renewal.ts';

export interface NoteFailedDeps {
  readonly database: Database;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Records invoices that could not be collected, so that everybody sees where they can be paid. */
export async function noteFailed(deps: NoteFailedDeps, purchase: Purchase, subscription: Subscription): Promise<void> {
  const { database, ids, clock } = deps;
  const lines = purchase.checkout?.lines ?? [];
  const failed = subscription.invoices.filter(({ status, attempts, purchaseId }) => {
    return status === 'open' && attempts > 0 && (purchaseId ?? subscription.purchaseId) === purchase.id;
  });
  if (failed.length === 0 || !isHeld(purchase)) return;
  const payments = failed.map((invoice) => {
    const renewal = renewalOf(invoice, lines, purchase.quantities);
    return failedPaymentOf(ids.next('payment'), purchase, invoice, subscription, renewal, clock.now());
  });
  await writing(() => insertPayments(database.client, payments));
}
