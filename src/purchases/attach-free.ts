import type { Plan } from '../catalog/types.ts';
import { reading } from '../database.ts';
import { UnavailableError } from '../errors.ts';
import { endOf } from './end.ts';
import { PlanAlreadyAttachedError, refusedAt } from './errors.ts';
import { grantsOf } from './grants.ts';
import { recordPurchase } from './record.ts';
import { replayOf } from './replay.ts';
import type { SettlementDeps } from './settle.ts';
import * as store from './store.ts';
import type { Purchase } from './types.ts';

/**
 * Attaching what costs nothing: ACTIVE at once, in one transaction with its grants. A base plan takes the place of the one that
 * the customer has in its group: that one is CANCELED and what it includes is voided, in the same transaction; what was bought stays.
 */

/** Each turn loses to another attach of this customer. More than this many is somebody else attaching as fast as we do. */
const MAX_TURNS = 5;

export async function attachFree(deps: SettlementDeps, plan: Plan, wanted: Purchase): Promise<Purchase> {
  const { database, ledger, ids } = deps;
  const before = wanted.selfServed ? await reading(() => store.findSelfServed(database.client, wanted)) : null;
  if (before) throw new PlanAlreadyAttachedError(before);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const held = await reading(() => store.findActiveBase(database.client, wanted));
    if (held?.planId === wanted.planId) throw new PlanAlreadyAttachedError(held);
    const ending = held ? await endOf(deps, held, `replaced by the plan ${plan.id}`) : [];
    const { applied } = await ledger
      .post({
        customerId: wanted.customerId,
        effects: [recordPurchase(wanted, held?.id)],
        postings: [...ending, ...grantsOf(plan, wanted, wanted.createdAt, ids)],
      })
      .catch(refusedAt('planId'));
    if (applied) return wanted;
    const replay = await replayOf(deps, wanted.customerId, { key: wanted.idempotencyKey, fingerprint: wanted.fingerprint ?? '' });
    if (replay) return replay;
    const rival = await reading(() => store.findRival(database.client, wanted));
    if (rival?.planId === wanted.planId) throw new PlanAlreadyAttachedError(rival);
  }
  throw new UnavailableError('Other attaches of this customer keep coming in. Nothing was done: try again in a moment.');
}
