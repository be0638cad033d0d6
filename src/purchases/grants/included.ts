import type { Catalog } from '../../catalog/catalog.ts';
import { renewedParts } from '../../catalog/types.ts';
import type { PostingOf } from '../../ledger/model/posting.ts';
import type { Purchase } from '../model/types.ts';
import { endOfLimits } from './limits.ts';
import { planOf } from './plan-of.ts';

/** The postings that end what a purchase includes, and its limits. */
export async function endIncluded(
  deps: { readonly catalog: Pick<Catalog, 'planVersion'> },
  purchase: Purchase,
  reason: string,
): Promise<readonly PostingOf<'end' | 'endUsageLimits'>[]> {
  const features = await includedFeatures(deps, purchase);
  const ends = features.map((featureId) => ({ verb: 'end' as const, featureId, purchaseId: purchase.id, reason }));
  return [...ends, ...endOfLimits(await planOf(deps, purchase), purchase)];
}

/** The features that a purchase includes some of, or gives anew with each payment. */
export async function includedFeatures(
  deps: { readonly catalog: Pick<Catalog, 'planVersion'> },
  purchase: Pick<Purchase, 'planId' | 'planVersion' | 'onlyBought'>,
): Promise<readonly string[]> {
  const plan = await planOf(deps, purchase);
  return [
    ...new Set(
      plan.items
        .filter((item) => (!purchase.onlyBought && (item.unlimited || item.included > 0n)) || renewedParts(plan, item).bought)
        .map((item) => item.featureId),
    ),
  ];
}
