/** How entries and grants stand in their tables, and how they are read from them. Amounts cross as text. */
import { decimal, formatDecimal } from '../decimal.ts';
import type { IntervalUnit } from '../interval.ts';
import type { Columns } from './columns.ts';
import { isOpen } from './state.ts';
import type { Allocation, Grant, GrantOrigin, JsonObject, LedgerEntry, LedgerEntryKind } from './types.ts';

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
  readonly created_at: Date;
  readonly sequence: bigint;
}

/** Of `"grant" g`, in the shape of GrantRow. */
export const GRANT_COLUMNS = `g.customer_id, g.id, g.feature_id, g.origin::text, g.purchase_id, g.granted::text, g.remaining::text,
  g.held::text, g.unlimited, g.unlimited_use::text, g.reset_unit::text, g.reset_count, g.next_reset_at, g.expires_at, g.created_at,
  g.sequence`;

export function toGrant(row: GrantRow): Grant {
  return {
    customerId: row.customer_id,
    id: row.id,
    featureId: row.feature_id,
    origin: row.origin,
    purchaseId: row.purchase_id,
    granted: decimal(row.granted),
    remaining: decimal(row.remaining),
    held: decimal(row.held),
    unlimited: row.unlimited,
    unlimitedUse: decimal(row.unlimited_use),
    reset: row.reset_unit !== null && row.reset_count !== null ? { unit: row.reset_unit, count: row.reset_count } : null,
    nextResetAt: row.next_reset_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    sequence: row.sequence,
  };
}

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
};

export interface EntryRow {
  readonly customer_id: string;
  readonly sequence: bigint;
  readonly feature_id: string;
  readonly kind: LedgerEntryKind;
  readonly amount: string;
  readonly requested: string | null;
  readonly allocations: readonly AllocationJson[];
  readonly granted_after: string;
  readonly remaining_after: string;
  readonly held_after: string;
  readonly usage_after: string;
  readonly unlimited_after: boolean;
  readonly next_reset_at_after: Date | null;
  readonly next_expiry_at_after: Date | null;
  readonly idempotency_key: string | null;
  readonly properties: JsonObject | null;
  readonly reason: string | null;
  readonly purchase_id: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
}

/** Of `ledger_entry e`, in the shape of EntryRow. */
export const ENTRY_COLUMNS = `e.customer_id, e.sequence, e.feature_id, e.kind::text, e.amount::text, e.requested::text, e.allocations,
  e.granted_after::text, e.remaining_after::text, e.held_after::text, e.usage_after::text, e.unlimited_after, e.next_reset_at_after,
  e.next_expiry_at_after, e.idempotency_key, e.properties, e.reason, e.purchase_id, e.occurred_at, e.recorded_at`;

/** One allocation in the entry's JSON column. `used` stands only where the grant is unlimited. */
interface AllocationJson {
  readonly grant: string;
  readonly amount: string;
  readonly used?: string;
}

const allocationToJson = ({ grantId, amount, unlimitedUse }: Allocation): AllocationJson => ({
  grant: grantId,
  amount: formatDecimal(amount),
  ...(unlimitedUse === 0n ? {} : { used: formatDecimal(unlimitedUse) }),
});

const toAllocation = ({ grant, amount, used }: AllocationJson): Allocation => ({
  grantId: grant,
  amount: decimal(amount),
  unlimitedUse: used === undefined ? 0n : decimal(used),
});

export function toEntry(row: EntryRow): LedgerEntry {
  return {
    customerId: row.customer_id,
    sequence: row.sequence,
    featureId: row.feature_id,
    kind: row.kind,
    amount: decimal(row.amount),
    requested: row.requested === null ? null : decimal(row.requested),
    allocations: row.allocations.map(toAllocation),
    after: {
      granted: decimal(row.granted_after),
      remaining: decimal(row.remaining_after),
      held: decimal(row.held_after),
      usage: decimal(row.usage_after),
      unlimited: row.unlimited_after,
      nextResetAt: row.next_reset_at_after,
      nextExpiryAt: row.next_expiry_at_after,
    },
    idempotencyKey: row.idempotency_key,
    properties: row.properties,
    reason: row.reason,
    purchaseId: row.purchase_id,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  };
}

export const entryToRow = (entry: LedgerEntry) => ({
  customer_id: entry.customerId,
  sequence: entry.sequence,
  feature_id: entry.featureId,
  kind: entry.kind,
  amount: formatDecimal(entry.amount),
  requested: entry.requested === null ? null : formatDecimal(entry.requested),
  allocations: JSON.stringify(entry.allocations.map(allocationToJson)),
  granted_after: formatDecimal(entry.after.granted),
  remaining_after: formatDecimal(entry.after.remaining),
  held_after: formatDecimal(entry.after.held),
  usage_after: formatDecimal(entry.after.usage),
  unlimited_after: entry.after.unlimited,
  next_reset_at_after: entry.after.nextResetAt,
  next_expiry_at_after: entry.after.nextExpiryAt,
  idempotency_key: entry.idempotencyKey,
  properties: entry.properties && JSON.stringify(entry.properties),
  reason: entry.reason,
  purchase_id: entry.purchaseId,
  occurred_at: entry.occurredAt,
  recorded_at: entry.recordedAt,
});

export const ENTRY_TYPES: Columns<ReturnType<typeof entryToRow>> = {
  customer_id: 'text',
  sequence: 'int8',
  feature_id: 'text',
  kind: '"LedgerEntryKind"',
  amount: 'numeric',
  requested: 'numeric',
  allocations: 'jsonb',
  granted_after: 'numeric',
  remaining_after: 'numeric',
  held_after: 'numeric',
  usage_after: 'numeric',
  unlimited_after: 'bool',
  next_reset_at_after: 'timestamptz',
  next_expiry_at_after: 'timestamptz',
  idempotency_key: 'text',
  properties: 'jsonb',
  reason: 'text',
  purchase_id: 'text',
  occurred_at: 'timestamptz',
  recorded_at: 'timestamptz',
};
