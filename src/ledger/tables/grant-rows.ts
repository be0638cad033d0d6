/** Converts grants to rows of their table and back. Amounts are text in the statements. */
import { decimal, formatDecimal } from '../../values/decimal.ts';
import type { Interval, IntervalUnit } from '../../values/interval.ts';
import { isOpen } from '../model/account-state.ts';
import type { Grant, GrantOrigin, Rollover } from '../model/types.ts';
import type { Columns } from './columns.ts';

export interface GrantRow {
  readonly customer_id: string;
  readonly id: string;
  readonly feature_id: string;
  readonly origin: GrantOrigin;
  readonly purchase_id: string | null;
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly unlimited: boolean;
  readonly unlimited_use: string;
  readonly reset_unit: IntervalUnit | null;
  readonly reset_count: number | null;
  readonly next_reset_at: Date | null;
  readonly expires_at: Date | null;
  readonly rollover: RolloverJson | null;
  readonly created_at: Date;
  readonly sequence: bigint;
  readonly lowered: string;
  readonly ended_at: Date | null;
  readonly ended_sequence: bigint | null;
  readonly payment_id: string | null;
  readonly period_start: Date | null;
  readonly period_end: Date | null;
  readonly resets_until: Date | null;
  readonly lapsed: string;
  readonly unlimited_taken: boolean;
  readonly taken_back: string;
  readonly owed: string;
}

/** The JSON column `rollover`: amounts as text. */
interface RolloverJson {
  readonly max: string | null;
  readonly maxPercentage: number | null;
  readonly expiresAfter: Interval | null;
}

/** Of `"grant" g`, as GrantRow has them. */
export const GRANT_COLUMNS = `g.customer_id, g.id, g.feature_id, g.origin::text, g.purchase_id, g.granted::text, g.remaining::text,
  g.held::text, g.unlimited, g.unlimited_use::text, g.reset_unit::text, g.reset_count, g.next_reset_at, g.expires_at, g.rollover,
  g.created_at, g.sequence, g.lowered::text, g.ended_at, g.ended_sequence, g.payment_id, g.period_start, g.period_end,
  g.resets_until, g.lapsed::text, g.unlimited_taken,
  g.taken_back::text, g.owed::text`;

export function toGrant(row: GrantRow): Grant {
  return {
    customerId: row.customer_id,
    id: row.id,
    featureId: row.feature_id,
    origin: row.origin,
    purchaseId: row.purchase_id,
    paymentId: row.payment_id,
    period: row.period_start && row.period_end && { start: row.period_start, end: row.period_end },
    granted: decimal(row.granted),
    remaining: decimal(row.remaining),
    held: decimal(row.held),
    unlimited: row.unlimited,
    unlimitedUse: decimal(row.unlimited_use),
    reset: row.reset_unit !== null && row.reset_count !== null ? { unit: row.reset_unit, count: row.reset_count } : null,
    nextResetAt: row.next_reset_at,
    resetsUntil: row.resets_until,
    rollover: row.rollover && { ...row.rollover, max: row.rollover.max === null ? null : decimal(row.rollover.max) },
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    sequence: row.sequence,
    lowered: decimal(row.lowered),
    endedAt: row.ended_at,
    endedSequence: row.ended_sequence,
    lapsed: decimal(row.lapsed),
    unlimitedTaken: row.unlimited_taken,
    takenBack: decimal(row.taken_back),
    owed: decimal(row.owed),
  };
}

const rolloverToJson = ({ max, ...rest }: Rollover): RolloverJson => ({ ...rest, max: max === null ? null : formatDecimal(max) });

export const grantToRow = (grant: Grant) => ({
  customer_id: grant.customerId,
  id: grant.id,
  feature_id: grant.featureId,
  origin: grant.origin,
  purchase_id: grant.purchaseId,
  granted: formatDecimal(grant.granted),
  remaining: formatDecimal(grant.remaining),
  held: formatDecimal(grant.held),
  unlimited: grant.unlimited,
  unlimited_use: formatDecimal(grant.unlimitedUse),
  reset_unit: grant.reset?.unit ?? null,
  reset_count: grant.reset?.count ?? null,
  next_reset_at: grant.nextResetAt,
  expires_at: grant.expiresAt,
  created_at: grant.createdAt,
  sequence: grant.sequence,
  open: isOpen(grant),
  rollover: grant.rollover && JSON.stringify(rolloverToJson(grant.rollover)),
  lowered: formatDecimal(grant.lowered),
  ended_at: grant.endedAt,
  ended_sequence: grant.endedSequence,
  payment_id: grant.paymentId,
  period_start: grant.period?.start ?? null,
  period_end: grant.period?.end ?? null,
  resets_until: grant.resetsUntil,
  lapsed: formatDecimal(grant.lapsed),
  unlimited_taken: grant.unlimitedTaken,
  taken_back: formatDecimal(grant.takenBack),
  owed: formatDecimal(grant.owed),
});

export const GRANT_TYPES: Columns<ReturnType<typeof grantToRow>> = {
  customer_id: 'text',
  id: 'text',
  feature_id: 'text',
  origin: '"GrantOrigin"',
  purchase_id: 'text',
  granted: 'numeric',
  remaining: 'numeric',
  held: 'numeric',
  unlimited: 'bool',
  unlimited_use: 'numeric',
  reset_unit: '"IntervalUnit"',
  reset_count: 'int4',
  next_reset_at: 'timestamptz',
  expires_at: 'timestamptz',
  created_at: 'timestamptz',
  sequence: 'int8',
  open: 'bool',
  rollover: 'jsonb',
  lowered: 'numeric',
  ended_at: 'timestamptz',
  ended_sequence: 'int8',
  payment_id: 'text',
  period_start: 'timestamptz',
  period_end: 'timestamptz',
  resets_until: 'timestamptz',
  lapsed: 'numeric',
  unlimited_taken: 'bool',
  taken_back: 'numeric',
  owed: 'numeric',
};
