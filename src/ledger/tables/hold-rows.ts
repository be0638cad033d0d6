/** Converts holds to rows of their table and back. Amounts are text in the statements. */
import { decimal, formatDecimal } from '../../values/decimal.ts';
import type { Hold, HoldPart, HoldStatus } from '../model/types.ts';
import type { Columns } from './columns.ts';

export interface HoldRow {
  readonly customer_id: string;
  readonly id: string;
  readonly feature_id: string;
  readonly amount: string;
  readonly status: HoldStatus;
  readonly settled_amount: string | null;
  readonly parts: readonly PartJson[];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
}

/** Of `hold h`, as HoldRow has them. */
export const HOLD_COLUMNS = `h.customer_id, h.id, h.feature_id, h.amount::text, h.status::text, h.settled_amount::text, h.parts,
  h.created_at, h.expires_at, h.ended_at`;

/** One part in the hold's JSON column. */
interface PartJson {
  readonly feature: string;
  readonly cost: string | null;
  readonly units: string;
  readonly portions: readonly { readonly grant: string; readonly amount: string; readonly used: string }[];
}

const partToJson = ({ featureId, cost, units, portions }: HoldPart): PartJson => ({
  feature: featureId,
  cost: cost === null ? null : formatDecimal(cost),
  units: formatDecimal(units),
  portions: portions.map(({ grantId, amount, unlimitedUse }) => ({
    grant: grantId,
    amount: formatDecimal(amount),
    used: formatDecimal(unlimitedUse),
  })),
});

const toPart = ({ feature, cost, units, portions }: PartJson): HoldPart => ({
  featureId: feature,
  cost: cost === null ? null : decimal(cost),
  units: decimal(units),
  portions: portions.map(({ grant, amount, used }) => ({ grantId: grant, amount: decimal(amount), unlimitedUse: decimal(used) })),
});

export function toHold(row: HoldRow): Hold {
  return {
    customerId: row.customer_id,
    id: row.id,
    featureId: row.feature_id,
    amount: decimal(row.amount),
    status: row.status,
    settledAmount: row.settled_amount === null ? null : decimal(row.settled_amount),
    parts: row.parts.map(toPart),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
  };
}

export const holdToRow = (hold: Hold) => ({
  customer_id: hold.customerId,
  id: hold.id,
  feature_id: hold.featureId,
  amount: formatDecimal(hold.amount),
  status: hold.status,
  settled_amount: hold.settledAmount === null ? null : formatDecimal(hold.settledAmount),
  parts: JSON.stringify(hold.parts.map(partToJson)),
  created_at: hold.createdAt,
  expires_at: hold.expiresAt,
  ended_at: hold.endedAt,
});

export const HOLD_TYPES: Columns<ReturnType<typeof holdToRow>> = {
  customer_id: 'text',
  id: 'text',
  feature_id: 'text',
  amount: 'numeric',
  status: '"HoldStatus"',
  settled_amount: 'numeric',
  parts: 'jsonb',
  created_at: 'timestamptz',
  expires_at: 'timestamptz',
  ended_at: 'timestamptz',
};
