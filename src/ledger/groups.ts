/** Groups what was read by what the rules find it by. */
import type { AccountState } from './model/account-state.ts';
import type { LedgerEntry } from './model/types.ts';

interface FeatureOf {
  readonly customerId: string;
  readonly featureId: string;
}

export function byCustomer<Row extends { readonly customerId: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.customerId);
    if (group) group.push(row);
    else groups.set(row.customerId, [row]);
  }
  return groups;
}

export function byUse(entries: readonly LedgerEntry[]): ReadonlyMap<bigint, readonly LedgerEntry[]> {
  const families = new Map<bigint, LedgerEntry[]>();
  for (const entry of entries) {
    // An entry may be the root of its own family and a member of another.
    for (const use of entry.cause === null ? [entry.sequence] : [entry.sequence, entry.cause]) {
      const family = families.get(use);
      if (family) family.push(entry);
      else families.set(use, [entry]);
    }
  }
  return families;
}

export function byPayment(entries: readonly LedgerEntry[]): AccountState['payments'] {
  const payments = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    if (entry.paymentId === null) continue;
    const ofPayment = payments.get(entry.paymentId);
    if (ofPayment) ofPayment.push(entry);
    else payments.set(entry.paymentId, [entry]);
  }
  return payments;
}

/** Removes duplicates: the same pool read twice would be two pools. */
export function distinct(wanted: readonly FeatureOf[]): readonly FeatureOf[] {
  return [
    ...new Map(wanted.map(({ customerId, featureId }) => [`${customerId}\n${featureId}`, { customerId, featureId }])).values(),
  ];
}
