/**
 * Attaches a plan that costs nothing: it is ACTIVE at once, in one transaction with its grants.
 *
 * A base plan replaces the one that the customer has in its group. The same transaction makes that
 * purchase CANCELED and voids what it includes. What was bought stays.
 */
import type { Plan } from '../../catalog/types.ts';
import { reading } from '../../database/database.ts';
import { UnavailableError } from '../../values/errors.ts';
import { carryOverOf } from '../grants/carry-over.ts';
import { grantsOf } from '../grants/grants.ts';
import { endIncluded } from '../grants/included.ts';
import { limitsOf } from '../grants/limits.ts';
import { recordPurchaseCall } from '../grants/record-free.ts';
import { PlanAlreadyAttachedError, refusedAt } from '../model/errors.ts';
import type { Attached, Purchase } from '../model/types.ts';
import type { ReconciliationDeps } from '../reconcile/apply-checkout.ts';
import * as store from '../tables/purchases.ts';
import { findTenures } from '../tables/tenures.ts';
import { findReplay } from './replay.ts';

/**
 * Each turn loses to another attach of this customer. After this many, others attach as fast as we
 * do.
 */
const MAX_TURNS = 5;

export async function attachFree(deps: ReconciliationDeps, plan: Plan, wanted: Purchase): Promise<Attached> {
  const { database, ledger, ids } = deps;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    await refuseSecondTime(deps, wanted);
    const rival = await reading(() => store.findActiveBase(database.client, wanted));
    if (rival?.planId === wanted.planId) throw new PlanAlreadyAttachedError(rival);
    const ending = rival ? await endIncluded(deps, rival, `replaced by the plan ${plan.id}`) : [];
    const back = await carryOverOf(deps, plan, wanted.customerId, wanted.createdAt);
    const { applied, entries } = await ledger
      .post({
        customerId: wanted.customerId,
        effects: [recordPurchaseCall(wanted, { replaces: rival?.id, times: wanted.onlyBought ? undefined : back.times })],
        postings: [...ending, ...grantsOf(plan, wanted, wanted.createdAt, ids, back), ...limitsOf(plan, wanted)],
      })
      .catch(refusedAt('planId'));
    if (applied) return { purchase: wanted, entries };
    const replay = await findReplay(deps, wanted.customerId, {
      key: wanted.idempotencyKey,
      fingerprint: wanted.fingerprint ?? '',
    });
    if (replay) return { purchase: replay, entries: [] };
  }
  throw new UnavailableError('Other attaches of this customer keep coming in. Nothing was done: try again in a moment.');
}

/**
 * Refuses a plan that the customer had before, to a customer token: it may take a plan that costs
 * nothing once. @throws PlanAlreadyAttachedError.
 */
async function refuseSecondTime({ database }: ReconciliationDeps, { selfServed, customerId, planId }: Purchase): Promise<void> {
  if (!selfServed) return;
  const last = (await reading(() => findTenures(database.client, customerId, planId))).at(-1);
  const [before] = last ? await reading(() => store.findPurchases(database.client, [last.purchaseId])) : [];
  if (before) throw new PlanAlreadyAttachedError(before);
}
