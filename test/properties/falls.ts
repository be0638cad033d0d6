/** Which entries trigger which alerts, told from the entries alone. */
import type { BalanceNumbers, LedgerEntry } from '../../src/ledger/model/types.ts';
import { decimal } from '../../src/values/decimal.ts';
import type { Sql } from '../support/witness.ts';

/** The limits that every feature has an alert for. */
export const LIMITS = [
  { below: decimal('5'), belowPercentage: null },
  { below: decimal('0'), belowPercentage: null },
  { below: null, belowPercentage: 50 },
] as const;

export async function setAlerts(sql: Sql, features: readonly string[]): Promise<void> {
  await sql.rows(
    `INSERT INTO balance_alert (id, feature_id, below, below_percentage, created_at)
     SELECT f || '/' || n, f, below, percentage, now() FROM unnest($1::text[]) AS f,
       (VALUES (0, 5, NULL), (1, 0, NULL), (2, NULL, 50)) AS limits (n, below, percentage)`,
    [features],
  );
}

/** "customer sequence alert" of each entry that was written as a trigger. */
export async function triggered(sql: Sql, customerIds: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.rows<{ text: string }>(
    `SELECT customer_id || ' ' || sequence || ' ' || alert_id AS text FROM alert_trigger WHERE customer_id = ANY ($1)`,
    [customerIds],
  );
  return rows.map(({ text }) => text).sort();
}

/** The same, as the entries explain it. */
export function fallsIn(entries: readonly LedgerEntry[]): readonly string[] {
  const falls = entries.flatMap((entry) => {
    const { customerId, featureId, sequence, after } = entry;
    const before = entries
      .filter((each) => each.customerId === customerId && each.featureId === featureId && each.sequence < sequence)
      .reduce<LedgerEntry | undefined>((last, each) => (last && last.sequence > each.sequence ? last : each), undefined);
    const was = lowIn(before?.after);
    return lowIn(after).flatMap((isLow, index) =>
      isLow && !was[index] ? [`${customerId} ${sequence} ${featureId}/${index}`] : [],
    );
  });
  return falls.sort();
}

/** A balance that nobody ever moved is zero of everything. */
function lowIn({ remaining, granted, unlimited }: Pick<BalanceNumbers, 'remaining' | 'granted' | 'unlimited'> = ZERO) {
  const isLow = [remaining < decimal('5'), remaining < 0n, 2n * remaining < granted];
  return isLow.map((each) => each && !unlimited);
}

const ZERO = { remaining: 0n, granted: 0n, unlimited: false };
