/** How a REFUNDED purchase becomes again what it was, once its money is not back any more. */
import { reading } from '../../database/database.ts';
import type { Posting } from '../../ledger/model/posting.ts';
import { endIncluded } from '../grants/included.ts';
import { limitsOf } from '../grants/limits.ts';
import { planOf } from '../grants/plan-of.ts';
import type { Purchase } from '../model/types.ts';
import { findActiveBase } from '../tables/purchases.ts';
import { findRefundedFrom } from '../tables/write-returns.ts';
import type { ReturnsDeps } from './returns-deps.ts';
import type { RecordedReturns } from './returns-effect.ts';

export type HowReinstated = Pick<RecordedReturns, 'event' | 'replaces'> & { readonly postings: readonly Posting[] };

/**
 * A base plan takes its place again from a plan that costs nothing, which came back meanwhile. From
 * one that was bought it does not: then the purchase is CANCELED, and what it gave is given again
 * all the same, because it is paid.
 */
export async function reinstatementOf(deps: ReturnsDeps, purchase: Purchase): Promise<HowReinstated> {
  const { client } = deps.database;
  const before = await reading(() => findRefundedFrom(client, purchase.id));
  if (before === 'PENDING') return { event: 'reinstateUnsettled', postings: [] };
  if (before !== 'ACTIVE') return { event: 'reinstateEnded', postings: [] };
  const rival = await reading(() => findActiveBase(client, purchase));
  const limits = limitsOf(await planOf(deps, purchase), purchase);
  if (!rival) return { event: 'reinstate', postings: limits };
  if (rival.total !== null) return { event: 'reinstateEnded', postings: [] };
  const postings = await endIncluded(deps, rival, `replaced by the plan ${purchase.planId}, which is paid again`);
  return { event: 'reinstate', replaces: rival.id, postings: [...postings, ...limits] };
}
