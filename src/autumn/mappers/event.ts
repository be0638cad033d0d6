import { entryIdOf, type LedgerEntry } from '../../ledger/model/types.ts';

/** A use, as this wire shows it: what was taken, in the feature's units; below zero where it was given back. */
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
