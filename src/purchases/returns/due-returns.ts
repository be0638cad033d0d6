/** Asks the provider about refunds and disputes whose event did not come. */
import { reading } from '../../database/database.ts';
import { takeDueReturns } from '../tables/due-returns.ts';
import { findRefundsOfPayments } from '../tables/returns.ts';
import { askRefund } from './ask-refund.ts';
import { reconcilePayment } from './reconcile-payment.ts';
import type { ReturnsDeps } from './returns-deps.ts';

/** How many of each one turn asks about. */
const AT_ONCE = 20;

/** It never rejects for one payment alone. @returns how many payments it asked about. */
export async function reconcileDueReturns(deps: ReturnsDeps): Promise<number> {
  const due = await reading(() => takeDueReturns(deps.database.client, deps.clock.now(), AT_ONCE));
  for (const paymentId of due) {
    try {
      await finish(deps, paymentId);
    } catch (error) {
      deps.log.warn({ err: error, paymentId }, 'purchases: what was returned could not be asked; it will be asked again');
    }
  }
  return due.length;
}

/**
 * Looks first what the provider has. Then it asks again for the refunds that the provider does not
 * have, under the same keys: their first requests, or the answers, were lost.
 */
async function finish(deps: ReturnsDeps, paymentId: string): Promise<void> {
  await reconcilePayment(deps, paymentId);
  const [refunds = []] = await reading(() => findRefundsOfPayments(deps.database.client, [paymentId]));
  for (const refund of refunds) if (refund.status === 'PENDING' && refund.providerId === null) await askRefund(deps, refund);
}
