import type { LedgerEntry } from '../../ledger/types.ts';

/** A use, as this wire shows it: what was taken, in the feature's units; below zero where it was given back. */
export function toEvent({ customerId, sequence, occurredAt, featureId, applied, properties }: LedgerEntry) {
  return {
    id: `${customerId}:${sequence}`,
    timestamp: occurredAt.getTime(),
    feature_id: featureId,
    customer_id: customerId,
    value: applied ?? 0n,
    properties: properties ?? {},
    deductions: null,
  };
}
