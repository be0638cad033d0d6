/** Converts entries to rows of their table and back. Amounts are text in the statements. */
import { type Decimal, decimal, formatDecimal } from '../../values/decimal.ts';
import type { JsonObject } from '../../values/json.ts';
import { useOf } from '../model/allocation.ts';
import type { Allocation, LedgerEntry, LedgerEntryKind } from '../model/types.ts';
import type { Columns } from './columns.ts';

export interface EntryRow {
  readonly customer_id: string;
  readonly sequence: bigint;
  readonly feature_id: string;
  readonly kind: LedgerEntryKind;
  readonly amount: string;
  readonly requested: string | null;
  readonly applied: string | null;
  readonly units: string | null;
  readonly cost: string | null;
  readonly cause: bigint | null;
  readonly hold_id: string | null;
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
  readonly payment_id: string | null;
  readonly refund_id: string | null;
  readonly dispute_id: string | null;
  readonly made_by: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
}

/** Of `ledger_entry e`, as EntryRow has them. */
export const ENTRY_COLUMNS = `e.customer_id, e.sequence, e.feature_id, e.kind::text, e.amount::text, e.requested::text,
  e.applied::text, e.units::text, e.cost::text, e.cause, e.hold_id, e.allocations,
  e.granted_after::text, e.remaining_after::text, e.held_after::text, e.usage_after::text, e.unlimited_after, e.next_reset_at_after,
  e.next_expiry_at_after, e.idempotency_key, e.properties, e.reason, e.purchase_id, e.payment_id, e.refund_id, e.dispute_id,
  e.made_by, e.occurred_at, e.recorded_at`;

/** One allocation in the entry's JSON column. Zeros are left out, except for the amount. */
interface AllocationJson {
  readonly grant: string;
  readonly amount: string;
  readonly held?: string;
  readonly granted?: string;
  readonly used?: string;
  readonly lost?: string;
}

const whereNotZero = (name: 'held' | 'granted' | 'used' | 'lost', value: Decimal) =>
  value === 0n ? {} : { [name]: formatDecimal(value) };

const allocationToJson = ({ grantId, amount, held, granted, unlimitedUse, lost }: Allocation): AllocationJson => ({
  grant: grantId,
  amount: formatDecimal(amount),
  ...whereNotZero('held', held),
  ...whereNotZero('granted', granted),
  ...whereNotZero('used', unlimitedUse),
  ...whereNotZero('lost', lost),
});

const toAllocation = ({ grant, amount, held = '0', granted = '0', used = '0', lost = '0' }: AllocationJson): Allocation => ({
  grantId: grant,
  amount: decimal(amount),
  held: decimal(held),
  granted: decimal(granted),
  unlimitedUse: decimal(used),
  lost: decimal(lost),
});

const textOrNull = (value: Decimal | null): string | null => (value === null ? null : formatDecimal(value));
const orNull = (text: string | null): Decimal | null => (text === null ? null : decimal(text));

export function toEntry(row: EntryRow): LedgerEntry {
  const allocations = row.allocations.map(toAllocation);
  // Entries from before the column was added have it in their allocations only.
  const applied = row.applied === null && row.kind === 'USAGE' ? useOf({ allocations }) : orNull(row.applied);
  return {
    customerId: row.customer_id,
    sequence: row.sequence,
    featureId: row.feature_id,
    kind: row.kind,
    amount: decimal(row.amount),
    requested: orNull(row.requested),
    applied,
    units: orNull(row.units),
    cost: orNull(row.cost),
    cause: row.cause,
    holdId: row.hold_id,
    allocations,
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
    paymentId: row.payment_id,
    refundId: row.refund_id,
    disputeId: row.dispute_id,
    madeBy: row.made_by,
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
  requested: textOrNull(entry.requested),
  applied: textOrNull(entry.applied),
  units: textOrNull(entry.units),
  cost: textOrNull(entry.cost),
  cause: entry.cause,
  hold_id: entry.holdId,
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
  payment_id: entry.paymentId,
  refund_id: entry.refundId,
  dispute_id: entry.disputeId,
  made_by: entry.madeBy,
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
  applied: 'numeric',
  units: 'numeric',
  cost: 'numeric',
  cause: 'int8',
  hold_id: 'text',
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
  payment_id: 'text',
  refund_id: 'text',
  dispute_id: 'text',
  made_by: 'text',
  occurred_at: 'timestamptz',
  recorded_at: 'timestamptz',
};
