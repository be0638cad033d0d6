import { reading, writing } from '../../database/database.ts';
import { isStorableText } from '../../values/input.ts';
import { type Checkout, type CheckoutHint, MissingAtProviderError, PaymentRefusedError } from '../model/provider.ts';
import { isActivatable } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as checkouts from '../tables/checkouts.ts';
import * as store from '../tables/purchases.ts';
import { applyCheckout, type ReconciliationDeps } from './apply-checkout.ts';

/**
 * From what the payment provider says to what the purchase is. Webhook, reconciler and return page all come here; none of
 * them is believed, the checkout is read from the provider and the purchase's own state, in the transaction that grants,
 * makes it happen once.
 */
export interface Reconciliation {
  /** Asks the provider about this purchase, and does what follows. @returns the purchase as it is then, null if there is none. */
  reconcile(purchaseId: string): Promise<Purchase | null>;
  /**
   * The same for a purchase that was just read. A refusal to open its page ends it: FAILED. A page that the provider does not have
   * ends it, too: EXPIRED.
   * @param askedAtMs when the caller asked, by `performance.now()`; left out: now.
   */
  refresh(purchase: Purchase, askedAtMs?: number): Promise<Purchase>;
  /** Closes the page of a PENDING purchase, and does what follows: EXPIRED, or settled where the customer was faster. */
  close(purchase: Purchase): Promise<Purchase>;
  /** The same as settle, where only the checkout is known. */
  reconcileCheckout(hint: CheckoutHint): Promise<HintOutcome>;
  /** Does what follows from a checkout that was just read. */
  applyCheckout(purchase: Purchase, checkout: Checkout): Promise<Purchase>;
}

/**
 * What became of a hint. settled: the purchase agrees with the provider. foreign: other software's, or another Brim's. unknown: it names a
 * purchase that is not here. missing: the provider does not have the checkout.
 */
export type HintOutcome = 'reconciled' | 'foreign' | 'unknown' | 'missing';

export function openReconciliation(deps: ReconciliationDeps): Reconciliation {
  const { database, log, provider, installationId } = deps;
  const { client } = database;
  const find = async (id: string) =>
    isStorableText(id) ? ((await reading(() => store.findPurchases(client, [id])))[0] ?? null) : null;
  const apply = (purchase: Purchase, checkout: Checkout) => applyCheckout({ ...deps, find }, purchase, checkout);
  /** Openings under way: who asks for the same page meanwhile gets the same answer. */
  const opening = new Map<string, Promise<Purchase>>();

  async function reconcile(purchaseId: string): Promise<Purchase | null> {
    const purchase = await find(purchaseId);
    return purchase && refresh(purchase);
  }

  async function refresh(purchase: Purchase, askedAtMs?: number): Promise<Purchase> {
    const { checkoutId } = purchase;
    if (!purchase.checkout || !isActivatable(purchase)) return purchase;
    if (checkoutId) return reconcileWith(purchase, () => provider.readCheckout(checkoutId, askedAtMs));
    const underWay = opening.get(purchase.id);
    if (underWay) return underWay;
    const opened = open(purchase).finally(() => opening.delete(purchase.id));
    opening.set(purchase.id, opened);
    return opened;
  }

  async function open(purchase: Purchase): Promise<Purchase> {
    const { id, checkout } = purchase;
    if (!checkout) return purchase;
    try {
      // Where the answer to an earlier call was lost, asking again is the same question and finds the same page.
      return await apply(purchase, await provider.openCheckout(checkout));
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      await writing(() => checkouts.endUnpaid(client, id, 'fail', error.message));
      return (await find(id)) ?? purchase;
    }
  }

  async function close(purchase: Purchase): Promise<Purchase> {
    // Where it is not known whether a page was opened, asking again finds it.
    const opened = purchase.checkoutId === null ? await refresh(purchase) : purchase;
    const { checkoutId } = opened;
    if (opened.status !== 'PENDING' || checkoutId === null) return opened;
    return reconcileWith(opened, () => provider.expireCheckout(checkoutId));
  }

  /** A page that the provider does not have can no longer be paid by anybody whom we would hear of. */
  async function reconcileWith(purchase: Purchase, ask: () => Promise<Checkout>): Promise<Purchase> {
    let checkout: Checkout;
    try {
      checkout = await ask();
    } catch (error) {
      if (!(error instanceof MissingAtProviderError)) throw error;
      log.warn(
        { purchaseId: purchase.id, checkoutId: purchase.checkoutId },
        'purchases: the provider does not have this checkout',
      );
      await writing(() => checkouts.expireMissing(client, purchase.id, missingReason(purchase)));
      return (await find(purchase.id)) ?? purchase;
    }
    return apply(purchase, checkout);
  }

  async function reconcileCheckout({ checkoutId, purchaseId, installationId: meant }: CheckoutHint): Promise<HintOutcome> {
    // The hint is believed in one thing only: what names no purchase of this Brim is other software's, and may be of a kind that we cannot read.
    if (purchaseId === null || (meant !== null && meant !== installationId)) {
      log.info({ checkoutId, purchaseId }, 'purchases: a checkout that is not ours was left alone');
      return 'foreign';
    }
    let checkout: Checkout;
    try {
      checkout = await provider.readCheckout(checkoutId);
    } catch (error) {
      if (!(error instanceof MissingAtProviderError)) throw error;
      log.error({ checkoutId, purchaseId }, 'purchases: the provider speaks of a checkout that the present key does not see');
      return 'missing';
    }
    const purchase = checkout.purchaseId === null ? null : await find(checkout.purchaseId);
    if (purchase) await apply(purchase, checkout);
    else log.warn({ checkoutId, purchaseId }, 'purchases: a checkout names a purchase that is not here');
    return purchase ? 'reconciled' : 'unknown';
  }

  return { reconcile, reconcileCheckout, refresh, close, applyCheckout: apply };
}

/** "acct_1, test mode": where the page was opened, as far as it is known. */
function missingReason({ paymentAccount, paymentLive }: Purchase): string {
  const place = [paymentAccount, paymentLive === null ? null : `${paymentLive ? 'live' : 'test'} mode`].filter(
    (part) => part !== null,
  );
  const opened = place.length > 0 ? ` It was opened in ${place.join(', ')}.` : '';
  return `The payment provider does not have this checkout any more, or its key is of another account or mode now.${opened}`;
}
