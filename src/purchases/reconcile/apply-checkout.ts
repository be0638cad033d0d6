/**
 * Changes a purchase to agree with its checkout, as it was just read from the provider: activates a
 * paid one, ends a failed or expired one, and stores the page of an open one.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import { type Database, writing } from '../../database/database.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import { type Checkout, MissingAtProviderError, type PaymentProvider } from '../model/provider.ts';
import type { Subscription } from '../model/provider-subscriptions.ts';
import { mismatchOf } from '../model/settles.ts';
import { isActivatable, PURCHASE_TRANSITIONS } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as checkouts from '../tables/checkouts.ts';
import { readAfterStep } from './read-after-step.ts';
import { paidBy, settle } from './settle.ts';

export interface ReconciliationDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly catalog: Pick<Catalog, 'planVersion'>;
  readonly provider: PaymentProvider;
  /** Which Brim this is, of several that may use one payment account. */
  readonly installationId: string;
}

export interface ApplyCheckoutDeps extends ReconciliationDeps {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
  /** True where the app accepts a payment that is not what was asked. */
  readonly accepts?: boolean;
  /** Agrees with a subscription: takes its paid invoices, of which the first activates. */
  readonly readAndFollow: (subscriptionId: string) => Promise<Subscription>;
}

/** @returns the purchase after the change; as it is where its state needs none. */
export async function applyCheckout(deps: ApplyCheckoutDeps, purchase: Purchase, checkout: Checkout): Promise<Purchase> {
  const { client } = deps.database;
  const { id, checkoutId } = purchase;
  const { state } = checkout;
  if (checkoutId !== null && checkout.id !== checkoutId) return applySecondCheckout(deps, purchase, checkout, checkoutId);
  if (!isActivatable(purchase)) return purchase;
  if (state.status === 'paid' && checkout.subscriptionId !== null) {
    // What is paid is the first invoice, which gives the first period.
    await deps.readAndFollow(checkout.subscriptionId);
    return (await deps.find(id)) ?? purchase;
  }
  if (state.status === 'paid') {
    const paid = await paidBy(deps, purchase, checkout);
    const activatedAt = await settle(deps, purchase, paid, mismatchOf(purchase, checkout), deps.accepts);
    return readAfterStep(deps.find, activatedAt ? activated(purchase, activatedAt) : purchase, activatedAt !== null);
  }
  if (state.status === 'failed') await writing(() => checkouts.endUnpaid(client, id, 'fail', state.reason));
  else if (state.status === 'expired') await writing(() => checkouts.endUnpaid(client, id, 'expire', null));
  else await writing(() => checkouts.storeCheckout(client, id, checkout, state.status === 'processing'));
  const current = (await deps.find(id)) ?? purchase;
  // Two callers that opened a page at once may have got two pages. The page stored first is shown.
  if (state.status === 'open' && (current.checkoutId ?? checkout.id) !== checkout.id)
    return closeSecondCheckout(deps, current, checkout);
  return current;
}

/**
 * A second page of one purchase exists where the provider made it and answered that it had not.
 * Brim showed it to nobody. If it is paid all the same, it counts: Brim closes the other page
 * first, so that the customer pays once.
 */
async function applySecondCheckout(
  deps: ApplyCheckoutDeps,
  purchase: Purchase,
  second: Checkout,
  checkoutId: string,
): Promise<Purchase> {
  if (second.state.status !== 'paid') return purchase;
  const facts = { purchaseId: purchase.id, checkoutId: second.id, otherCheckoutId: checkoutId };
  if (!isActivatable(purchase)) {
    deps.log.error(facts, 'purchases: paid twice: give one back');
    return purchase;
  }
  const other = await closed(deps, checkoutId);
  if (other?.state.status === 'paid' || other?.state.status === 'processing') {
    deps.log.error(facts, 'purchases: paid twice: give one back');
    return applyCheckout(deps, purchase, other);
  }
  deps.log.warn(facts, 'purchases: a second page of one purchase was paid: it stands for the first');
  await writing(() => checkouts.replaceCheckout(deps.database.client, purchase.id, second.id));
  return applyCheckout(deps, { ...purchase, checkoutId: second.id }, second);
}

/**
 * Closes a second page. Brim showed it to nobody, so it may stay open where it cannot be closed
 * now: if it is paid, an event of the provider reports it.
 */
async function closeSecondCheckout(deps: ApplyCheckoutDeps, purchase: Purchase, second: Checkout): Promise<Purchase> {
  try {
    const after = await closed(deps, second.id);
    return after?.state.status === 'paid'
      ? await applySecondCheckout(deps, purchase, after, purchase.checkoutId ?? '')
      : purchase;
  } catch (error) {
    deps.log.warn({ err: error, purchaseId: purchase.id, checkoutId: second.id }, 'purchases: a second page was not closed');
    return purchase;
  }
}

/** Closes a page, and answers with its checkout; undefined where the provider does not have it. */
async function closed({ provider }: ApplyCheckoutDeps, checkoutId: string): Promise<Checkout | undefined> {
  try {
    return await provider.expireCheckout(checkoutId);
  } catch (error) {
    if (error instanceof MissingAtProviderError) return undefined;
    throw error;
  }
}

function activated(purchase: Purchase, settledAt: Date): Purchase {
  const nothingToPay = { checkoutUrl: null, processing: false, failureReason: null, endedAt: null };
  return {
    ...purchase,
    status: PURCHASE_TRANSITIONS.activate.PENDING,
    revision: purchase.revision + 1,
    settledAt,
    ...nothingToPay,
  };
}
