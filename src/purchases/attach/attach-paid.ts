/**
 * Attaches a plan that costs something: records the purchase PENDING, commits, and then opens a
 * page, or changes the subscription whose place it takes.
 *
 * One page of a customer and plan is open at a time. The same attach again gets the same page;
 * another one closes it first.
 */
import type { Actor } from '../../access/actor.ts';
import { type Database, reading, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import { UnavailableError } from '../../values/errors.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../model/errors.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { refreshForCaller } from '../reconcile/refresh-for-caller.ts';
import { findNewestCharge } from '../tables/charges.ts';
import * as store from '../tables/purchases.ts';
import type { AttachInput } from './attach-input.ts';
import { type ChangePlanDeps, changePlan, findReplaced, refuseSame } from './change-plan.ts';
import { type NewestWinsQueue, SUPERSEDED } from './newest-wins-queue.ts';
import { recordPending } from './record-pending.ts';
import { findReplay } from './replay.ts';

export interface PaidDeps extends ChangePlanDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly reconciliation: Reconciliation;
  readonly queue: NewestWinsQueue;
}

/**
 * Each turn closes one checkout that is in the way. After this many, others buy as fast as we do.
 */
export const MAX_TURNS = 5;

export async function attachPaid(
  deps: PaidDeps,
  actor: Actor,
  wanted: Purchase,
  { checkout }: Pick<AttachInput, 'checkout'>,
): Promise<Purchase> {
  // Neither id can contain a space.
  const key = `${wanted.customerId} ${wanted.planId}`;
  return deps.queue({ key, terms: wanted.terms, run: (askedAtMs) => attachInTurn(deps, actor, wanted, checkout, askedAtMs) });
}

async function attachInTurn(
  deps: PaidDeps,
  actor: Actor,
  wanted: Purchase,
  checkout: AttachInput['checkout'],
  askedAtMs: number,
): Promise<Purchase> {
  const { database, reconciliation } = deps;
  const refreshed = (purchase: Purchase) => refreshForCaller(deps, actor, purchase, askedAtMs);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const held = checkout === 'ALWAYS' ? null : await findReplaced(deps, wanted);
    if (held) refuseSame(held, wanted);
    // Its subscription ended meanwhile, and no page is wanted.
    else if (checkout === 'NEVER') throw new UnavailableError(SUPERSEDED);
    const outcome = await recordPending(database, wanted);
    if (outcome === 'recorded' && held) return changePlan(deps, actor, wanted, held);
    if (outcome === 'recorded')
      return stillOpen(await answered(deps, await askProvider(actor.kind, wanted, () => reconciliation.refresh(wanted))));
    const replay = await findReplay(deps, wanted.customerId, {
      key: wanted.idempotencyKey,
      fingerprint: wanted.fingerprint ?? '',
    });
    if (replay) return answered(deps, await refreshed(replay));
    const rival = await reading(() => store.findOpenCheckout(database.client, wanted));
    const isSame = rival?.terms === wanted.terms;
    // A caller beyond its limit still gets the open page of an earlier attach.
    if (!isSame && outcome !== 'taken') throw outcome.refusal;
    if (!rival) continue;
    if (isSame) {
      const opened = await refreshed(rival);
      if (isBeingCharged(opened)) refuseWhileCharged();
      if (opened.status === 'PENDING' && !opened.processing) return adopted(deps, opened, wanted);
      if (outcome !== 'taken') throw outcome.refusal;
    } else {
      // Another quantity, price or return page: close the old page first. If the customer just paid
      // there, the old purchase becomes ACTIVE.
      const closed = await askProvider(actor.kind, rival, () => reconciliation.close(rival));
      if (isBeingCharged(closed)) refuseWhileCharged();
    }
  }
  throw crowdedOut();
}

/** What a caller gets whose turns other attaches took. */
export function crowdedOut(): UnavailableError {
  return new UnavailableError('Other attaches of this plan keep coming in. Nothing was done: try again in a moment.');
}

/**
 * The customer has what it wants already: a change that waits for the next period, or for its
 * payment, is taken back. @returns the purchase that the customer has.
 * @throws PlanAlreadyAttachedError where no change waits.
 */
export async function keepHeld(deps: PaidDeps, actor: Actor, held: Purchase): Promise<Purchase> {
  const { database, queue, reconciliation } = deps;
  const { client } = database;
  const run = async () => {
    const rival = await reading(() => store.findOpenCheckout(client, held));
    if (!rival) throw new PlanAlreadyAttachedError(held);
    if (isBeingCharged(await askProvider(actor.kind, rival, () => reconciliation.close(rival)))) refuseWhileCharged();
    return (await reading(() => store.findRecurring(client, held))) ?? held;
  };
  return queue({ key: `${held.customerId} ${held.planId}`, terms: held.id, run });
}

/**
 * Gives this attach's idempotency key to the earlier purchase that means the same, unless that has
 * one, so that a retry finds it.
 */
async function adopted({ database }: PaidDeps, earlier: Purchase, { idempotencyKey, fingerprint }: Purchase): Promise<Purchase> {
  if (idempotencyKey && fingerprint) await writing(() => store.adoptKey(database.client, earlier, idempotencyKey, fingerprint));
  return earlier;
}

/**
 * @throws PaymentFailedError where the provider refused to open a page for it, or its saved payment
 * method was declined and it is not paid otherwise.
 */
export async function answered({ database }: Pick<PaidDeps, 'database'>, purchase: Purchase): Promise<Purchase> {
  const { status, failureReason, processing, checkoutId } = purchase;
  if (status === 'FAILED' && checkoutId === null) throw new PaymentFailedError(purchase);
  if (status !== 'PENDING' || processing || failureReason === null) return purchase;
  const charge = await reading(() => findNewestCharge(database.client, purchase.id));
  if (charge?.payment.status === 'FAILED') throw new PaymentFailedError(purchase);
  return purchase;
}

/** True while it is not known what came of the charge of a saved method. */
export function isBeingCharged({ status, processing, checkoutId, subscriptionId }: Purchase): boolean {
  // One with a subscription waits for the next period of that.
  return status === 'PENDING' && !processing && checkoutId === null && subscriptionId === null;
}

export function refuseWhileCharged(): never {
  throw new UnavailableError(BEING_CHARGED);
}

const BEING_CHARGED =
  'An earlier purchase of this plan is being charged, and the payment provider has not answered yet. Nothing more was charged: try again in a moment.';

/** @throws UnavailableError where a newer attach closed the page before this caller saw it. */
function stillOpen(purchase: Purchase): Purchase {
  if (purchase.status !== 'EXPIRED') return purchase;
  throw new UnavailableError(SUPERSEDED);
}
