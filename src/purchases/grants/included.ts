import type { Catalog } from '../../catalog/catalog.ts';
import { renewedParts } from '../../catalog/types.ts';
import type { Posting } from '../../ledger/model/posting.ts';
import type { Purchase } from '../model/types.ts';

/** The postings that end what a purchase includes. */
export async function endIncluded(
  deps: { readonly catalog: Pick<Catalog, 'planVersion'> },
  purchase: Purchase,
  reason: string,
): Promise<readonly Posting[]> {
  const features = await includedFeatures(deps, purchase);
  return features.map((featureId) => ({ verb: 'end', featureId, purchaseId: purchase.id, reason }));
}

/** The features that a purchase includes some of, or gives anew with each payment. */
export async function includedFeatures(
  { catalog }: { readonly catalog: Pick<Catalog, 'planVersion'> },
  { planId, planVersion, onlyBought }: Pick<Purchase, 'planId' | 'planVersion' | 'onlyBought'>,
): Promise<readonly string[]> {
  const plan = await catalog.planVersion({ id: planId, version: planVersion });
  if (!plan) throw new Error(`the plan ${planId}@${planVersion} of a purchase is gone`);
  return [
    ...new Set(
      plan.items
        .filter((item) => (!onlyBought && (item.unlimited || item.included > 0n)) || renewedParts(plan, item).bought)
        .map((item) => item.featureId),
    ),
  ];
}
