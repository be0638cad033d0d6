import type { Catalog } from '../../catalog/catalog.ts';
import type { Plan } from '../../catalog/types.ts';
import type { Purchase } from '../model/types.ts';

/** The plan in the version that was bought, which stays for ever. */
export async function planOf(
  { catalog }: { readonly catalog: Pick<Catalog, 'planVersion'> },
  { planId: id, planVersion: version }: Pick<Purchase, 'planId' | 'planVersion'>,
): Promise<Plan> {
  const plan = await catalog.planVersion({ id, version });
  if (!plan) throw new Error(`the plan ${id}@${version} of a purchase is gone`);
  return plan;
}
