import type { Catalog } from '../catalog/catalog.ts';
import type { Clock } from '../clock.ts';
import { type Database, reading, writing } from '../database.ts';
import type { Ids } from '../ids.ts';
import { isStorableText } from '../input.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { formatMoney } from '../money.ts';
import { type Checkout, type CheckoutHint, type PaymentProvider, PaymentRefusedError } from './provider.ts';
import { isUnsettled, settlePaid } from './settle-paid.ts';
import * as store from './store.ts';
import type { Purchase } from './types.ts';

/**
 * From what the payment provider says to what the purchase is. Webhook, reconciler and return page all come here; none of
 * them is believed, the checkout is read from the provider and the purchase's own state, in the transaction that grants,
 * makes it happen once.
 */
export interface Settlement {
  /** Asks the provider about this purchase, and does what follows. @returns the purchase as it is then, null if there is none. */
  settle(purchaseId: string): Promise<Purchase | null>;
  /** The same for a purchase that was just read. A refusal to open its page ends it: FAILED. */
  refresh(purchase: Purchase): Promise<Purchase>;
  /** The same, where only the checkout is known. */
  settleCheckout(hint: CheckoutHint): Promise<void>;
  /** Does what follows from a checkout that was just read. */
  conclude(purchase: Purchase, checkout: Checkout): Promise<Purchase>;
}

export interface SettlementDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly catalog: Pick<Catalog, 'planVersion'>;
  readonly provider: PaymentProvider;
}

export function openSettlement({ database, clock, ids, log, ledger, catalog, provider }: SettlementDeps): Settlement {
  const { client } = database;
  const find = async (id: string) =>
    isStorableText(id) ? ((await reading(() => store.findPurchases(client, [id])))[0] ?? null) : null;

  async function settle(purchaseId: string): Promise<Purchase | null> {
    const purchase = await find(purchaseId);
    return purchase && refresh(purchase);
  }

  async function refresh(purchase: Purchase): Promise<Purchase> {
    const { id, checkout, checkoutId } = purchase;
    if (!checkout || !isUnsettled(purchase)) return purchase;
    if (checkoutId) return conclude(purchase, await provider.readCheckout(checkoutId));
    try {
      // Where the answer to an earlier call was lost, asking again is the same question and finds the same page.
      return await conclude(purchase, await provider.openCheckout(checkout));
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      await writing(() => store.endPending(client, id, 'FAILED', error.message));
      return (await find(id)) ?? purchase;
    }
  }

  async function settleCheckout({ checkoutId, purchaseId }: CheckoutHint): Promise<void> {
    // The hint is believed in one thing only: what names no purchase is other software's, and may be of a kind that we cannot read.
    if (purchaseId === null) return log.info({ checkoutId }, 'purchases: a checkout that is not ours was left alone');
    const checkout = await provider.readCheckout(checkoutId);
    const purchase = checkout.purchaseId === null ? null : await find(checkout.purchaseId);
    if (purchase) await conclude(purchase, checkout);
    else log.warn({ checkoutId, purchaseId }, 'purchases: a checkout names a purchase that is not here');
  }

  async function conclude(purchase: Purchase, checkout: Checkout): Promise<Purchase> {
    const { id } = purchase;
    const { state } = checkout;
    if (purchase.checkoutId !== null && checkout.id !== purchase.checkoutId) {
      // Only a checkout whose opening was never heard of, and that was opened again long after, has a twin.
      if (state.status === 'paid') log.error({ purchaseId: id, checkoutId: checkout.id }, 'purchases: paid twice: give one back');
      return purchase;
    }
    if (!isUnsettled(purchase)) return purchase;
    if (state.status === 'paid') await grant(purchase, checkout);
    else if (state.status === 'failed') await writing(() => store.endPending(client, id, 'FAILED', state.reason));
    else if (state.status === 'expired') await writing(() => store.endPending(client, id, 'EXPIRED', null));
    else await writing(() => store.noteCheckout(client, id, { ...checkout, processing: state.status === 'processing' }));
    return (await find(id)) ?? purchase;
  }

  async function grant(purchase: Purchase, checkout: Checkout): Promise<void> {
    const mismatch = mismatchOf(purchase, checkout);
    if (mismatch) {
      log.error({ purchaseId: purchase.id, checkoutId: checkout.id }, `purchases: paid, but not as asked: ${mismatch}`);
      return writing(() => store.endPending(client, purchase.id, 'FAILED', mismatch));
    }
    const plan = await catalog.planVersion({ id: purchase.planId, version: purchase.planVersion });
    if (!plan) throw new Error(`the plan ${purchase.planId}@${purchase.planVersion} of a purchase is gone`);
    const applied = await settlePaid({ database, clock, ids, ledger, catalog }, plan, purchase);
    if (applied) log.info({ purchaseId: purchase.id, checkoutId: checkout.id }, 'purchases: settled');
  }

  return { settle, settleCheckout, refresh, conclude };
}

/** Why this payment does not buy this purchase, if it does not. */
function mismatchOf(purchase: Purchase, checkout: Checkout): string | undefined {
  if (checkout.purchaseId !== purchase.id) return 'the payment is for another purchase';
  if (!purchase.total) return 'the purchase costs nothing';
  if (checkout.total.currency !== purchase.total.currency || checkout.total.amount !== purchase.total.amount) {
    return `${formatMoney(checkout.total)} was paid where ${formatMoney(purchase.total)} was asked`;
  }
  return undefined;
}
