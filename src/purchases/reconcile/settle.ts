/**
 * Settles a purchase with a payment whose money is there: the purchase becomes ACTIVE with its
 * grants, or it stays visible with what to do where the payment is not what was asked, or no
 * balance has room for what it gives.
 */
import { reading } from '../../database/database.ts';
import { AmountOverflowError } from '../../ledger/model/errors.ts';
import { planOf } from '../grants/plan-of.ts';
import type { Checkout } from '../model/provider.ts';
import { succeededPayment } from '../model/succeeded-payment.ts';
import type { Purchase } from '../model/types.ts';
import { findPaymentOf } from '../tables/payments.ts';
import { type ActivatePaidDeps, activatePaid, type Paid } from './activate-paid.ts';
import { type KeepUnsettledDeps, keepUnsettled } from './keep-unsettled.ts';

export type SettleDeps = ActivatePaidDeps & KeepUnsettledDeps;

/**
 * @param mismatch why the payment does not pay for the purchase; undefined where it does.
 * @param accepts true where the app accepts the payment, and waits for what comes of it.
 * @returns when the purchase became ACTIVE; null where it did not, or another process was faster.
 * @throws AmountOverflowError where the app accepts it, and a balance has no room for its grant.
 */
export async function settle(
  deps: SettleDeps,
  purchase: Purchase,
  paid: Paid,
  mismatch: string | undefined,
  accepts = false,
): Promise<Date | null> {
  if (mismatch !== undefined && !accepts) {
    await keepUnsettled(deps, purchase, paid.payment, mismatch);
    return null;
  }
  const plan = await planOf(deps, purchase);
  try {
    const activatedAt = await activatePaid(deps, plan, purchase, paid);
    if (activatedAt) deps.log.info({ purchaseId: purchase.id, chargeId: paid.payment?.chargeId }, 'purchases: paid, and ACTIVE');
    return activatedAt;
  } catch (error) {
    if (accepts || !(error instanceof AmountOverflowError)) throw error;
    await keepUnsettled(deps, purchase, paid.payment, error.message);
    return null;
  }
}

/**
 * What a paid checkout paid: its payment as it is to be recorded, under the id that it has already
 * where an earlier look at the checkout recorded it.
 */
export async function paidBy(
  { database, ids, clock }: SettleDeps,
  purchase: Purchase,
  { total, charge, openedIn }: Checkout,
): Promise<Paid> {
  if (charge === null) return { charged: total, payment: null };
  const known = await reading(() => findPaymentOf(database.client, { chargeId: charge.id }));
  const id = known?.id ?? ids.next('payment');
  return {
    charged: total,
    payment: succeededPayment(
      purchase,
      { id, source: 'CHECKOUT', amount: total, chargeId: charge.id, receiptUrl: charge.receiptUrl },
      { openedIn, now: clock.now() },
    ),
  };
}
