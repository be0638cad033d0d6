import type { Feature } from '../../catalog/types.ts';

/** A feature, as this wire shows it. */
export function toFeature({ id, name, type, consumable, creditCosts, archivedAt }: Feature) {
  const schema = creditCosts.map(({ featureId, cost }) => ({ metered_feature_id: featureId, credit_cost: cost }));
  return {
    id,
    name,
    type: type.toLowerCase(),
    // A boolean feature is had or not; nothing of it is used up.
    consumable: type !== 'BOOLEAN' && consumable,
    archived: archivedAt !== null,
    ...(type === 'CREDIT_SYSTEM' ? { credit_schema: schema } : {}),
  };
}
