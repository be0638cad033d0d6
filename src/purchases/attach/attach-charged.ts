/**
 * Attaches a plan that costs something by charging the saved payment method: records the purchase
 * and its payment in one transaction, commits, and then charges.
 *
 * One purchase of a customer and plan waits for its payment at a time. With an idempotency key each
 * purchase is one of its own. Without one, attaches that mean the same and come while one of them
 * is charged share that charge.
 */
import type { Actor } from '../../access/actor.ts';
import { reading } from '../../database/database.ts';
import type { Ids } from '../../values/ids.ts';
import { newCharge } from '../charge/new-charge.ts';
import type { Chargeable } from '../model/provider-charges.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import * as store from '../tables/purchases.ts';
import { answered, attachPaid, crowdedOut, isBeingCharged, MAX_TURNS, type PaidDeps, refuseWhileCharged } from './attach-paid.ts';
import { findReplaced } from './change-plan.ts';
import { recordPending } from './record-pending.ts';
import { findReplay } from './replay.ts';

export interface ChargedDeps extends PaidDeps {
  readonly ids: Ids;
  readonly installationId: string;
  /** The newest charge of each customer and plan that had no key and ended in this process. */
  readonly shared: SharedCharges;
}

export async function attachCharged(deps: ChargedDeps, actor: Actor, wanted: Purchase, method: Chargeable): Promise<Purchase> {
  // Neither id can contain a space. In the order of arrival: no charge takes the place of another.
  const key = `${wanted.customerId} ${wanted.planId} charge`;
  return deps.queue({ key, terms: null, run: (askedAtMs) => chargeInTurn(deps, actor, wanted, method, askedAtMs) });
}

async function chargeInTurn(
  deps: ChargedDeps,
  actor: Actor,
  wanted: Purchase,
  method: Chargeable,
  askedAtMs: number,
): Promise<Purchase> {
  const { database, ids, installationId, reconciliation } = deps;
  const earlier = deps.shared.find(wanted, askedAtMs);
  const shared = earlier ? await reading(() => store.findPurchase(database.client, earlier)) : null;
  if (shared) return answered(deps, shared);
  const charge = newCharge(ids.next('payment'), wanted, method, installationId);
  const finish = (purchase: Purchase) => askProvider(actor.kind, purchase, () => reconciliation.refresh(purchase));
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    // Another attach was charged meanwhile: this one changes the subscription that it began.
    if (await findReplaced(deps, wanted)) return attachPaid(deps, actor, wanted, { checkout: 'IF_REQUIRED' });
    const outcome = await recordPending(database, wanted, charge);
    if (outcome === 'recorded') {
      const charged = await finish(wanted);
      deps.shared.keep(wanted);
      return answered(deps, charged);
    }
    const replay = await findReplay(deps, wanted.customerId, {
      key: wanted.idempotencyKey,
      fingerprint: wanted.fingerprint ?? '',
    });
    if (replay) return answered(deps, replay.checkoutId === null ? await finish(replay) : replay);
    if (outcome !== 'taken') throw outcome.refusal;
    const rival = await reading(() => store.findOpenCheckout(database.client, wanted));
    if (!rival) continue;
    if (rival.checkoutId !== null) {
      // The customer would pay twice: close the page first. If it was just paid, it is a purchase
      // of its own.
      await askProvider(actor.kind, rival, () => reconciliation.close(rival));
      continue;
    }
    const finished = await finish(rival);
    if (isShared(rival, wanted)) {
      deps.shared.keep(rival);
      return answered(deps, finished);
    }
    if (isBeingCharged(finished)) refuseWhileCharged();
  }
  throw crowdedOut();
}

/** True where two attaches without keys mean the same. */
function isShared(one: Purchase, other: Purchase): boolean {
  return one.idempotencyKey === null && other.idempotencyKey === null && one.terms === other.terms;
}

/** Remembers which charges have just ended, for callers that asked before they did. */
export interface SharedCharges {
  /** The id of the purchase whose charge the caller shares; undefined where there is none. */
  find(wanted: Purchase, askedAtMs: number): string | undefined;
  keep(purchase: Purchase): void;
}

const MOST_KEPT = 1_000;

export function openSharedCharges(): SharedCharges {
  const ended = new Map<string, { readonly purchase: Purchase; readonly atMs: number }>();
  const keyOf = ({ customerId, planId }: Purchase) => `${customerId} ${planId}`;
  return {
    find(wanted, askedAtMs) {
      const last = ended.get(keyOf(wanted));
      return last && last.atMs >= askedAtMs && isShared(last.purchase, wanted) ? last.purchase.id : undefined;
    },
    keep(purchase) {
      if (purchase.idempotencyKey !== null) return;
      ended.delete(keyOf(purchase));
      ended.set(keyOf(purchase), { purchase, atMs: performance.now() });
      const [oldest] = ended.keys();
      if (ended.size > MOST_KEPT && oldest !== undefined) ended.delete(oldest);
    },
  };
}
