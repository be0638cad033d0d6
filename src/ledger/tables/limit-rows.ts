/** The limits of an account, as its column `limits` has them. */
import { decimal, formatDecimal } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';
import { type KeptLimit, onlySet } from '../model/usage-limit.ts';

export interface LimitRow {
  readonly featureId: string;
  readonly per: Interval;
  readonly max: string;
  readonly purchaseId: string | null;
  /** Left out: UTC. */
  readonly timeZone?: string;
  readonly windowStart: string;
  readonly used: string;
  readonly held: string;
}

const NONE: readonly KeptLimit[] = [];

export function toLimits(rows: readonly LimitRow[] | null): readonly KeptLimit[] {
  if (rows === null) return NONE;
  return rows.map((row) => ({
    ...row,
    timeZone: row.timeZone ?? null,
    max: decimal(row.max),
    windowStart: new Date(row.windowStart),
    used: decimal(row.used),
    held: decimal(row.held),
  }));
}

/** Null for none. Those that limit nothing are left out. */
export function limitsToRow(limits: readonly KeptLimit[]): string | null {
  if (limits.length === 0) return null;
  const rows = onlySet(limits).map(
    ({ featureId, per, max, purchaseId, timeZone, windowStart, used, held }): LimitRow => ({
      featureId,
      per,
      max: formatDecimal(max ?? 0n),
      purchaseId,
      ...(timeZone === null ? {} : { timeZone }),
      windowStart: windowStart.toISOString(),
      used: formatDecimal(used),
      held: formatDecimal(held),
    }),
  );
  return rows.length === 0 ? null : JSON.stringify(rows);
}
