import { entryIdOf, type LedgerEntry } from '../../ledger/model/types.ts';

/**
 * Maps the entry of a use. `value` is in the feature's units, and below zero if the use was given
 * back.
 */
export function toEvent(entry: LedgerEntry) {
  const { customerId, occurredAt, featureId, applied, properties } = entry;
  return {
    id: entryIdOf(entry),
    timestamp: occurredAt.getTime(),
    feature_id: featureId,
    customer_id: customerId,
    value: applied ?? 0n,
    properties: properties ?? {},
    deductions: null,
  };
}
