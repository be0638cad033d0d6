/**
 * Takes one paid invoice of a subscription, once: records its payment, and gives in the same
 * transaction what it pays for.
 */
import { type Database, reading, writing } from '../../database/database.ts';
import { AmountOverflowError } from '../../ledger/model/errors.ts';
import type { Log } from '../../platform/log.ts';
import { planOf } from '../grants/plan-of.ts';
import type { Invoice, Subscription } from '../model/provider-subscriptions.ts';
import { isActivatable, isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { type ActivatePaidDeps, activatePaid } from '../reconcile/activate-paid.ts';
import { findNewestCharge } from '../tables/charges.ts';
import { findPaymentOf } from '../tables/payments.ts';
import { findPaidInvoices } from '../tables/renewals.ts';
import { settlePayments } from '../tables/settle-payments.ts';
import { paymentOf } from './invoice-payment.ts';
import { beginPeriodCall, renewCall } from './renew-effect.ts';
import { creditOf, type Renewal, renewalOf } from './renewal.ts';
import { renewalPostings } from './renewal-grants.ts';

export interface TakeInvoiceDeps extends ActivatePaidDeps {
  readonly log: Log;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

const MAX_TURNS = 5;

/** Of these invoices those that are paid and not recorded, the oldest first. */
export async function untaken(database: Database, invoices: readonly Invoice[]): Promise<readonly Invoice[]> {
  const paid = invoices.filter(({ status }) => status === 'paid');
  if (paid.length === 0) return [];
  const recorded = await reading(() =>
    findPaidInvoices(
      database.client,
      paid.map(({ id }) => id),
    ),
  );
  return paid.filter(({ id }) => !recorded.has(id)).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/**
 * Activates the purchase with its first invoice, and renews it with each other. An invoice that
 * renews nothing, or whose purchase has ended, is recorded only: then its money can be given back.
 */
export async function takeInvoice(
  deps: TakeInvoiceDeps,
  purchaseId: string,
  invoice: Invoice,
  subscription: Subscription,
): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const purchase = await deps.find(purchaseId);
    if (!purchase) return;
    const renewal = renewalOf(invoice, purchase.checkout?.lines ?? [], purchase.quantities);
    const give = giveOf(purchase, invoice);
    if (!renewal || !give) return recordOnly(deps, purchase, invoice, subscription, renewal);
    try {
      if (await give(deps, purchase, invoice, subscription, renewal)) return;
    } catch (error) {
      if (!(error instanceof AmountOverflowError)) throw error;
      deps.log.error({ err: error, purchaseId, invoiceId: invoice.id }, 'purchases: paid, and a balance has no room for it');
      return recordOnly(deps, purchase, invoice, subscription, renewal);
    }
    // Another process was faster, or the purchase ended meanwhile: look again.
    if ((await untaken(deps.database, [invoice])).length === 0) return;
  }
}

/** A first invoice of another sum than was asked does not pay for the purchase. */
function giveOf(purchase: Purchase, { lines }: Invoice): Give | undefined {
  const { total } = purchase;
  if (isHeld(purchase)) return renew;
  // What corrects for a change within a period is no part of what was asked.
  const asked = lines.filter(({ isProration }) => !isProration).map(({ amount }) => amount);
  const sum = asked.reduce((before, { amount }) => before + amount, 0n);
  const isAsAsked = total?.amount === sum && asked.every(({ currency }) => currency === total.currency);
  return isActivatable(purchase) && isAsAsked ? activate : undefined;
}

type Give = (
  deps: TakeInvoiceDeps,
  purchase: Purchase,
  invoice: Invoice,
  subscription: Subscription,
  renewal: Renewal,
) => Promise<boolean>;

/** @returns false where another process was faster. */
const activate: Give = async (deps, purchase, invoice, subscription, renewal) => {
  const plan = await planOf(deps, purchase);
  const id = (await chargeIdOf(deps, purchase)) ?? (await paymentIdOf(deps, invoice));
  const payment = paymentOf(id, purchase, invoice, subscription, renewal, deps.clock.now());
  const begun = await activatePaid(
    deps,
    plan,
    purchase,
    { charged: invoice.paid, payment },
    {
      effects: [beginPeriodCall({ id: purchase.id, subscriptionId: subscription.id, period: renewal.period })],
      postingsFor: (purchaseAsItIs, before) =>
        renewalPostings({
          ...{ plan, purchase: purchaseAsItIs, renewal, paymentId: payment.id, ids: deps.ids, reason: null },
          ...(before ? { takesPlaceOf: { purchaseId: before.id, credit: creditOf(invoice, before) } } : {}),
        }),
    },
  );
  if (begun) deps.log.info({ purchaseId: purchase.id, invoiceId: invoice.id }, 'purchases: its first invoice is paid: ACTIVE');
  return begun !== null;
};

/** @returns false where the invoice was taken before, or the purchase has ended. */
const renew: Give = async (deps, purchase, invoice, subscription, renewal) => {
  const plan = await planOf(deps, purchase);
  const payment = paymentOf(await paymentIdOf(deps, invoice), purchase, invoice, subscription, renewal, deps.clock.now());
  const { applied } = await deps.ledger.post({
    customerId: purchase.customerId,
    effects: [renewCall({ id: purchase.id, subscriptionId: subscription.id, period: renewal.period, payment })],
    postings: renewalPostings({ plan, purchase, renewal, paymentId: payment.id, ids: deps.ids, reason: 'renewed' }),
  });
  if (applied) deps.log.info({ purchaseId: purchase.id, invoiceId: invoice.id }, 'purchases: renewed');
  return applied;
};

/** Records a payment that gives nothing. */
async function recordOnly(
  deps: TakeInvoiceDeps,
  purchase: Purchase,
  invoice: Invoice,
  subscription: Subscription,
  renewal: Renewal | null,
): Promise<void> {
  const { database, log, clock } = deps;
  const payment = paymentOf(await paymentIdOf(deps, invoice), purchase, invoice, subscription, renewal, clock.now());
  await writing(() => database.transaction((transaction) => settlePayments(transaction, [payment])));
  const isLost = renewal !== null || isActivatable(purchase);
  if (isLost && invoice.paid.amount > 0n)
    log.error(
      { purchaseId: purchase.id, invoiceId: invoice.id, status: purchase.status },
      'purchases: an invoice was paid and gave nothing: refundPurchase gives the money back',
    );
}

/** A first invoice that the saved method pays is the payment that was recorded before. */
async function chargeIdOf({ database }: TakeInvoiceDeps, { id }: Purchase): Promise<string | undefined> {
  const charge = await reading(() => findNewestCharge(database.client, id));
  return charge?.payment.status === 'PENDING' ? charge.payment.id : undefined;
}

/** An invoice that failed before has a payment already. */
async function paymentIdOf({ database, ids }: TakeInvoiceDeps, { id }: Invoice): Promise<string> {
  const known = await reading(() => findPaymentOf(database.client, { invoiceId: id }));
  return known?.id ?? ids.next('payment');
}
