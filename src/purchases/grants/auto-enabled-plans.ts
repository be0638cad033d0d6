/**
 * Plans with `autoEnable`, which customers get without asking: a new customer gets all of them, and
 * a customer whose base plan ends gets the one of its group.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import { baseGroup, type Plan } from '../../catalog/types.ts';
import { reading } from '../../database/database.ts';
import type { EffectCall, Posting } from '../../ledger/model/posting.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import type { Purchase } from '../model/types.ts';
import { quote } from '../quote/quote.ts';
import { findActivePlans } from '../tables/active-plans.ts';
import { type CarryOver, carryOverOf, NO_CARRY_OVER } from './carry-over.ts';
import { grantsOf } from './grants.ts';
import { limitsOf } from './limits.ts';
import { freePurchase, recordPurchaseCall } from './record-free.ts';
import type { CarryOverDeps } from './tenure.ts';

export interface AutoEnabledDeps {
  readonly catalog: Pick<Catalog, 'plans' | 'planVersion'>;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** The purchases of auto-enabled plans, as effects, and their grants. */
export interface AutoEnabled {
  readonly effects: readonly EffectCall[];
  readonly postings: readonly Posting[];
}

/** What a new customer gets. */
export async function plansForNewCustomer(deps: AutoEnabledDeps, customerId: string): Promise<AutoEnabled> {
  return autoEnabled(
    deps,
    customerId,
    deps.clock.now(),
    () => true,
    async () => NO_CARRY_OVER,
  );
}

/**
 * What comes back once a base plan ends at the instant `at`: the auto-enabled plan of its group, if
 * there is one, with what is left of it for this customer.
 */
export async function plansAfterEnd(
  deps: AutoEnabledDeps & CarryOverDeps,
  { customerId, planId, baseGroup: group }: Purchase,
  at: Date = deps.clock.now(),
): Promise<AutoEnabled> {
  if (group === null) return { effects: [], postings: [] };
  const held = await basePlansOf(deps, customerId);
  const isWanted = (plan: Plan) => plan.id !== planId && baseGroup(plan) === group && !held.has(plan.id);
  return autoEnabled(deps, customerId, at, isWanted, (plan) => carryOverOf(deps, plan, customerId, at));
}

/**
 * The base plans that the customer has. An older version may be in another group, and the customer
 * does not get a plan twice because a newer one is in this group.
 */
async function basePlansOf({ catalog, database }: CarryOverDeps, customerId: string): Promise<ReadonlySet<string>> {
  const held = await reading(() => findActivePlans(database.client, [customerId]));
  const versions = await Promise.all(held.map(({ id, version }) => catalog.planVersion({ id, version })));
  return new Set(versions.flatMap((plan) => (plan && baseGroup(plan) !== null ? [plan.id] : [])));
}

async function autoEnabled(
  { catalog, ids }: AutoEnabledDeps,
  customerId: string,
  at: Date,
  isWanted: (plan: Plan) => boolean,
  carryOverFor: (plan: Plan) => Promise<CarryOver>,
): Promise<AutoEnabled> {
  const plans = (await catalog.plans({ includeArchived: false })).filter((plan) => plan.autoEnable && isWanted(plan));
  const attached = await Promise.all(
    plans.map(async (plan) => {
      const purchase = freePurchase(ids.next('purchase'), customerId, plan, quote(plan, [], (id) => id).quantities, at);
      const postings = [...grantsOf(plan, purchase, at, ids, await carryOverFor(plan)), ...limitsOf(plan, purchase)];
      return { purchase, postings };
    }),
  );
  return {
    effects: attached.map(({ purchase }) => recordPurchaseCall(purchase)),
    postings: attached.flatMap(({ postings }) => postings),
  };
}
