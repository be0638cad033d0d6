import type { Catalog } from '../catalog/catalog.ts';
import { baseGroup, type Plan } from '../catalog/types.ts';
import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Effect } from '../ledger/effect.ts';
import type { EffectCall, Posting } from '../ledger/posting.ts';
import { FIRST_TIME, type Return, returnOf } from './carry.ts';
import * as store from './due/store.ts';
import { grantsOf } from './grants.ts';
import type { CarryDeps } from './had.ts';
import { quote } from './quote.ts';
import { freePurchase, recordPurchase } from './record.ts';
import type { Purchase } from './types.ts';

/** How a purchase ends: what it includes is voided, what was bought stays, and a free plan of its group comes back. */

/** The postings that end what a purchase includes. */
export async function endOf(
  deps: { readonly catalog: Pick<Catalog, 'planVersion'> },
  purchase: Purchase,
  reason: string,
): Promise<readonly Posting[]> {
  const features = await includedFeatures(deps, purchase);
  return features.map((featureId) => ({ verb: 'end', featureId, purchaseId: purchase.id, reason }));
}

/** The features of which a purchase includes something. */
export async function includedFeatures(
  { catalog }: { readonly catalog: Pick<Catalog, 'planVersion'> },
  { planId, planVersion, onlyBought }: Pick<Purchase, 'planId' | 'planVersion' | 'onlyBought'>,
): Promise<readonly string[]> {
  if (onlyBought) return [];
  const plan = await catalog.planVersion({ id: planId, version: planVersion });
  if (!plan) throw new Error(`the plan ${planId}@${planVersion} of a purchase is gone`);
  return [...new Set(plan.items.filter((item) => item.unlimited || item.included > 0n).map((item) => item.featureId))];
}

const END = 'purchases.end';

/** The call that ends a purchase in the ledger's transaction. */
export function endPurchase(purchaseId: string): EffectCall {
  return { name: END, input: purchaseId };
}

/** Makes ACTIVE purchases CANCELED in the transaction that voids what they include; "done" where one is not ACTIVE any more. */
export const endPurchasesEffect: Effect<string> = {
  name: END,
  async apply(transaction, purchaseIds, now) {
    const ended = new Set(await store.endPurchases(transaction, purchaseIds, now));
    return purchaseIds.map((id) => (ended.delete(id) ? 'go' : 'done'));
  },
};

export interface GiftDeps {
  readonly catalog: Pick<Catalog, 'plans' | 'planVersion'>;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Purchases of plans that are attached by themselves, and their grants. */
export interface Gifts {
  readonly effects: readonly EffectCall[];
  readonly postings: readonly Posting[];
}

/** What a new customer gets by itself: all plans that are attached to everybody. */
export async function welcome(deps: GiftDeps, customerId: string): Promise<Gifts> {
  return giftsOf(
    deps,
    customerId,
    deps.clock.now(),
    () => true,
    async () => FIRST_TIME,
  );
}

/**
 * What comes back once a base plan has ended, `at` that instant: the other plan of its group that is attached to everybody, if there is
 * one, and of what it gives so much as is left.
 */
export async function comeback(
  deps: GiftDeps & CarryDeps,
  { customerId, planId, baseGroup: group }: Purchase,
  at: Date = deps.clock.now(),
): Promise<Gifts> {
  if (group === null) return { effects: [], postings: [] };
  const isMeant = (plan: Plan) => plan.id !== planId && baseGroup(plan) === group;
  return giftsOf(deps, customerId, at, isMeant, (plan) => returnOf(deps, plan, customerId, at));
}

async function giftsOf(
  { catalog, ids }: GiftDeps,
  customerId: string,
  at: Date,
  isMeant: (plan: Plan) => boolean,
  backOf: (plan: Plan) => Promise<Return>,
): Promise<Gifts> {
  const plans = (await catalog.plans({ includeArchived: false })).filter((plan) => plan.autoEnable && isMeant(plan));
  const gifts = await Promise.all(
    plans.map(async (plan) => {
      const purchase = freePurchase(ids.next('purchase'), customerId, plan, quote(plan, [], (id) => id).quantities, at);
      return { purchase, postings: grantsOf(plan, purchase, at, ids, await backOf(plan)) };
    }),
  );
  return {
    effects: gifts.map(({ purchase }) => recordPurchase(purchase)),
    postings: gifts.flatMap(({ postings }) => postings),
  };
}
