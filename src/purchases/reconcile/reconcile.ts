/**
 * Makes a purchase agree with its checkout, as the payment provider has it now.
 *
 * The webhook, the reconciler and the return page all use this. It believes none of them and reads
 * the checkout from the provider. The state of the purchase, changed in the transaction that
 * grants, makes activation happen once.
 */
import { reading, writing } from '../../database/database.ts';
import { isOurs } from '../model/named.ts';
import { type Checkout, type CheckoutHint, MissingAtProviderError, PaymentRefusedError } from '../model/provider.ts';
import { isActivatable, isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as checkouts from '../tables/checkouts.ts';
import * as store from '../tables/purchases.ts';
import { findOfSubscription, keepSubscription, RENEWAL_TAKES_MS, setNextCheck } from '../tables/renewals.ts';
import { type ApplyCheckoutDeps, applyCheckout, type ReconciliationDeps } from './apply-checkout.ts';
import { recordMethod, savesMethod } from './record-method.ts';

export interface Reconciliation {
  /** Reconciles the purchase. @returns the purchase after that; null where there is none. */
  reconcile(purchaseId: string): Promise<Purchase | null>;
  /**
   * Reconciles a purchase that was just read. It becomes FAILED where the provider refuses to open
   * its page, and EXPIRED where the provider does not have its page.
   * @param askedAtMs when the caller asked, by `performance.now()`; left out: now.
   */
  refresh(purchase: Purchase, askedAtMs?: number): Promise<Purchase>;
  /**
   * Closes the page of a PENDING purchase: it becomes EXPIRED, or ACTIVE where the customer paid
   * first.
   */
  close(purchase: Purchase): Promise<Purchase>;
  /**
   * Reconciles a purchase whose payment does not settle it, with the payment accepted as it is: it
   * becomes ACTIVE. @throws AmountOverflowError where a balance has no room for what it gives.
   */
  accept(purchase: Purchase): Promise<Purchase>;
  /** Reconciles the purchase of a checkout that a provider's event names. */
  reconcileCheckout(hint: CheckoutHint): Promise<HintOutcome>;
  /** Changes a purchase to agree with a checkout that was just read. */
  applyCheckout(purchase: Purchase, checkout: Checkout): Promise<Purchase>;
}

/** A change of a subscription is made within this time, or not at all: calls have deadlines. */
const CHANGE_TAKES_MS = 2 * 60_000;

/**
 * The outcome of an event's hint.
 *
 * - reconciled: the purchase agrees with the provider.
 * - foreign: the checkout is of other software, or of another Brim.
 * - unknown: the checkout names a purchase that is not here.
 * - missing: the provider does not have the checkout.
 */
export type HintOutcome = 'reconciled' | 'foreign' | 'unknown' | 'missing';

/** What reconciling needs besides: the renewals, which take what a subscription was paid. */
export interface OpenReconciliationDeps extends ReconciliationDeps, Pick<ApplyCheckoutDeps, 'readAndFollow'> {
  /**
   * Finishes the charge of a saved method that a purchase may have under way; without one it needs
   * a page.
   */
  readonly finishCharge: (purchase: Purchase) => Promise<{ readonly purchase: Purchase; readonly needsPage: boolean }>;
}

export function openReconciliation(deps: OpenReconciliationDeps): Reconciliation {
  const { database, log, provider, installationId } = deps;
  const { client } = database;
  const find = (id: string) => reading(() => store.findPurchase(client, id));
  async function apply(purchase: Purchase, checkout: Checkout, accepts = false): Promise<Purchase> {
    const after = await applyCheckout({ ...deps, find, accepts }, purchase, checkout);
    if (checkout.state.status === 'paid' && savesMethod(purchase)) await recordMethod(deps, purchase);
    return after;
  }
  /** Pages that are being opened. Callers that ask for the same page share the answer. */
  const opening = new Map<string, Promise<Purchase>>();

  async function reconcile(purchaseId: string): Promise<Purchase | null> {
    const purchase = await find(purchaseId);
    if (!purchase?.subscriptionId || isActivatable(purchase)) return purchase && refresh(purchase);
    await deps.readAndFollow(purchase.subscriptionId);
    return find(purchaseId);
  }

  async function refresh(purchase: Purchase, askedAtMs?: number): Promise<Purchase> {
    const { checkoutId } = purchase;
    if (!purchase.checkout || !isActivatable(purchase)) return purchase;
    if (checkoutId) return reconcileWith(purchase, () => provider.readCheckout(checkoutId, askedAtMs));
    if (purchase.subscriptionId) return awaitPeriod(purchase, purchase.subscriptionId);
    const { purchase: charged, needsPage } = await deps.finishCharge(purchase);
    if (!needsPage) return charged;
    const underWay = opening.get(purchase.id);
    if (underWay) return underWay;
    const opened = open(charged).finally(() => opening.delete(purchase.id));
    opening.set(purchase.id, opened);
    return opened;
  }

  /**
   * A purchase that takes the place of another begins with a period of its subscription. It gets a
   * page of its own where the subscription was not changed for it, and no process still does that.
   */
  async function awaitPeriod(purchase: Purchase, subscriptionId: string): Promise<Purchase> {
    const subscription = await deps.readAndFollow(subscriptionId);
    const current = (await find(purchase.id)) ?? purchase;
    if (!isActivatable(current)) return current;
    if (subscription.purchaseId === purchase.id && subscription.status !== 'ended') {
      const next = subscription.period && new Date(subscription.period.end.getTime() + RENEWAL_TAKES_MS);
      await writing(() => setNextCheck(client, current, next));
      return current;
    }
    const named = subscription.purchaseId === null ? null : await find(subscription.purchaseId);
    if (named && named.createdAt > purchase.createdAt) {
      await writing(() => checkouts.endUnpaid(client, purchase.id, 'expire', 'Another plan took its place.'));
      return (await find(purchase.id)) ?? current;
    }
    const isChanging =
      subscription.status !== 'ended' && deps.clock.now().getTime() < purchase.createdAt.getTime() + CHANGE_TAKES_MS;
    if (isChanging) return current;
    await writing(() => keepSubscription(client, purchase.id, null));
    return open({ ...current, subscriptionId: null });
  }

  async function open(purchase: Purchase): Promise<Purchase> {
    const { id, checkout } = purchase;
    if (!checkout) return purchase;
    try {
      // Where the answer to an earlier call was lost, this is the same request and gets the same
      // page.
      return await apply(purchase, await provider.openCheckout(checkout));
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      await writing(() => checkouts.endUnpaid(client, id, 'fail', error.message));
      return (await find(id)) ?? purchase;
    }
  }

  async function accept(purchase: Purchase): Promise<Purchase> {
    const { checkoutId } = purchase;
    return checkoutId === null ? purchase : apply(purchase, await provider.readCheckout(checkoutId), true);
  }

  async function close(purchase: Purchase): Promise<Purchase> {
    if (purchase.checkoutId === null && purchase.subscriptionId) return takeBack(purchase, purchase.subscriptionId);
    // Where it is not known whether a page was opened, this finds it.
    const opened = purchase.checkoutId === null ? await refresh(purchase) : purchase;
    const { checkoutId } = opened;
    if (opened.status !== 'PENDING' || checkoutId === null) return opened;
    return reconcileWith(opened, () => provider.expireCheckout(checkoutId));
  }

  /** Lets the subscription go on with the plan that the customer has. */
  async function takeBack(purchase: Purchase, subscriptionId: string): Promise<Purchase> {
    const held = (await Promise.all((await reading(() => findOfSubscription(client, subscriptionId))).map(find))).find(
      (each) => each && isHeld(each),
    );
    if (held?.id === purchase.id) return held;
    if (held?.checkout)
      await provider.changeSubscription({
        ...{ subscriptionId, purchaseId: held.id, installationId, lines: held.checkout.lines },
        ...{ at: 'renewal', key: `${purchase.id}-back` },
      });
    await writing(() => checkouts.endUnpaid(client, purchase.id, 'expire', null));
    return (await find(purchase.id)) ?? purchase;
  }

  /**
   * Reconciles with the answer; where the provider does not have the page, makes the purchase
   * EXPIRED.
   */
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

  async function reconcileCheckout(hint: CheckoutHint): Promise<HintOutcome> {
    const { checkoutId, purchaseId } = hint;
    // Brim believes the hint in one thing: a checkout that names no purchase of this Brim is not
    // read, for it may be of an unreadable kind.
    if (!isOurs(hint, installationId)) {
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

  return { reconcile, reconcileCheckout, refresh, accept, close, applyCheckout: apply };
}

/** Why, with the account and mode in which the page was opened, as far as they are known. */
function missingReason({ paymentAccount, paymentLive }: Purchase): string {
  const place = [paymentAccount, paymentLive === null ? null : `${paymentLive ? 'live' : 'test'} mode`].filter(
    (part) => part !== null,
  );
  const opened = place.length > 0 ? ` It was opened in ${place.join(', ')}.` : '';
  return `The payment provider does not have this checkout any more, or its key is of another account or mode now.${opened}`;
}
