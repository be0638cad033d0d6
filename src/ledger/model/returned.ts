import type { Decimal } from '../../values/decimal.ts';
import type { LedgerEntry } from './types.ts';

/** What a payment granted of a feature, and what was taken back of it. */
export interface Returned {
  /** All that it granted, whatever became of it. Zero of an unlimited grant. */
  readonly granted: Decimal;
  /** What shall be taken back in all, as it was asked last. */
  readonly total: Decimal;
  /** What was taken of it: less than `total` where units were forgiven, or were gone already. */
  readonly taken: Decimal;
}

/** Sums up the entries of one payment and feature. */
export function returnedOf(entries: readonly LedgerEntry[]): Returned {
  let [granted, total, taken] = [0n, 0n, 0n];
  for (const { kind, amount, requested, allocations } of entries) {
    if (kind === 'GRANT') for (const allocation of allocations) granted += allocation.granted;
    if (kind === 'CLAWBACK' || kind === 'REINSTATEMENT') {
      total += kind === 'CLAWBACK' ? (requested ?? 0n) : -(requested ?? 0n);
      taken -= amount;
    }
  }
  return { granted, total, taken };
}
