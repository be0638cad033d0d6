/** The plans that customers get by themselves: all of them when they are new, one of them when another base plan ends. */
import type { Catalog } from '../../catalog/catalog.ts';
import { baseGroup, type Plan } from '../../catalog/types.ts';
import type { EffectCall, Posting } from '../../ledger/model/posting.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import type { Purchase } from '../model/types.ts';
import { quote } from '../quote/quote.ts';
import { FIRST_TIME, type Return, returnOf } from './carry.ts';
import { grantsOf } from './grants.ts';
import type { CarryDeps } from './had.ts';
import { freePurchase, recordPurchase } from './record.ts';

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
