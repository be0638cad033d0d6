/**
 * The rows of the ledger's tables, read without the ledger's own code and put into the model's
 * words.
 */
import type { Database } from '../../src/database/database.ts';
import type { Entry, HoldPart } from './model.ts';

export type Numbers = Pick<Entry, 'granted' | 'remaining' | 'held' | 'usage' | 'unlimited' | 'nextReset' | 'nextExpiry'>;
export interface BalanceRow extends Numbers {
  readonly feature: string;
  readonly version: number;
}
export interface GrantRow {
  readonly id: string;
  readonly feature: string;
  /** As it was granted, though it has ended. */
  readonly granted: bigint;
  readonly remaining: bigint;
  readonly held: bigint;
  readonly used: bigint;
  readonly unlimited: boolean;
  readonly open: boolean;
  readonly resets: boolean;
  readonly nextReset: number | null;
  readonly expires: number | null;
  readonly hasEnded: boolean;
}
export interface HoldRow {
  readonly id: string;
  readonly status: string;
  readonly until: number;
  readonly parts: readonly Pick<HoldPart, 'feature' | 'portions'>[];
}
export interface Tables {
  readonly sequence: number;
  readonly due: number | null;
  readonly entries: readonly Entry[];
  readonly balances: readonly BalanceRow[];
  readonly grants: readonly GrantRow[];
  readonly holds: readonly HoldRow[];
  /** null: not kept. */
  readonly hours: readonly { readonly feature: string; readonly hour: number; readonly amount: bigint }[] | null;
  readonly commands: readonly { readonly key: string; readonly first: number; readonly last: number }[];
  /** By entry. */
  readonly keys: readonly (string | null)[];
}

/** "-0.25" is −250,000,000,000 trillionths. */
function trillionths(text: string): bigint {
  const [whole = '', places = ''] = text.split('.');
  return BigInt(whole + places.padEnd(12, '0'));
}
const orNull = (text: string | null) => (text === null ? null : trillionths(text));
export const instant = (at: Date | null) => at?.getTime() ?? null;

/** The one row that says what is owed has an id of its own making. */
export const nameOf = (grantId: string, feature: string) => (grantId.startsWith('od_') ? `owed ${feature}` : grantId);

type AllocationText = { grant: string; amount: string; held?: string; granted?: string; used?: string; lost?: string };
type PartText = { feature: string; portions: readonly { grant: string; amount: string; used: string }[] };
interface NumberTexts {
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly usage: string;
  readonly unlimited: boolean;
  readonly reset: Date | null;
  readonly expiry: Date | null;
}
type Of<Row> = Row & { readonly customer: string };

/** What stands there for these customers, in their order. */
export async function readTables({ client }: Pick<Database, 'client'>, customers: readonly string[]): Promise<readonly Tables[]> {
  const [accounts, entries, balances, grants, holds, hours, commands] = await Promise.all([
    client.$queryRaw<Of<{ sequence: bigint; due: Date | null }>[]>`
      SELECT customer_id AS customer, sequence, next_due_at AS due FROM account WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<EntryTexts>[]>`
      SELECT customer_id AS customer, sequence, feature_id AS feature, kind::text, amount::text, requested::text, applied::text,
        units::text, cost::text, cause, hold_id AS hold, purchase_id AS purchase, occurred_at AS at, allocations,
        idempotency_key AS key, granted_after::text AS granted, remaining_after::text AS remaining, held_after::text AS held,
        usage_after::text AS usage, unlimited_after AS unlimited, next_reset_at_after AS reset, next_expiry_at_after AS expiry
      FROM ledger_entry WHERE customer_id = ANY(${customers}::text[]) ORDER BY sequence`,
    client.$queryRaw<Of<NumberTexts & { feature: string; version: bigint }>[]>`
      SELECT customer_id AS customer, feature_id AS feature, version, granted::text, remaining::text, held::text, usage::text, unlimited,
        next_reset_at AS reset, next_expiry_at AS expiry
      FROM balance WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<GrantTexts>[]>`
      SELECT customer_id AS customer, id, feature_id AS feature, granted::text, remaining::text, held::text, unlimited,
        unlimited_use::text AS used, open, reset_unit IS NOT NULL AS resets, next_reset_at AS reset, expires_at AS expiry,
        ended_at IS NOT NULL AS ended
      FROM "grant" WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<{ id: string; status: string; until: Date; parts: readonly PartText[] }>[]>`
      SELECT customer_id AS customer, id, status::text, expires_at AS until, parts
      FROM hold WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<{ feature: string; hour: Date; amount: string }>[]>`
      SELECT customer_id AS customer, feature_id AS feature, hour, amount::text
      FROM usage_hour WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<{ key: string; first: bigint; last: bigint }>[]>`
      SELECT customer_id AS customer, idempotency_key AS key, first_sequence AS first, last_sequence AS last
      FROM command WHERE customer_id = ANY(${customers}::text[])`,
  ]);
  return customers.map((customer) => {
    const own = <Row>(rows: readonly Of<Row>[]) => rows.filter((row) => row.customer === customer);
    const [account] = own(accounts);
    return {
      sequence: Number(account?.sequence ?? -1n),
      due: instant(account?.due ?? null),
      entries: own(entries).map(toEntry),
      balances: own(balances).map((row) => ({ feature: row.feature, version: Number(row.version), ...toNumbers(row) })),
      grants: own(grants).map(toGrant),
      holds: own(holds).map(({ id, status, until, parts }) => ({ id, status, until: until.getTime(), parts: parts.map(toPart) })),
      hours: own(hours).map(({ feature, hour, amount }) => ({ feature, hour: hour.getTime(), amount: trillionths(amount) })),
      commands: own(commands).map(({ key, first, last }) => ({ key, first: Number(first), last: Number(last) })),
      keys: own(entries).map(({ key }) => key),
    };
  });
}

const toNumbers = ({ granted, remaining, held, usage, unlimited, reset, expiry }: NumberTexts): Numbers => ({
  granted: trillionths(granted),
  remaining: trillionths(remaining),
  held: trillionths(held),
  usage: trillionths(usage),
  unlimited,
  nextReset: instant(reset),
  nextExpiry: instant(expiry),
});

interface EntryTexts extends NumberTexts {
  readonly sequence: bigint;
  readonly feature: string;
  readonly kind: string;
  readonly amount: string;
  readonly requested: string | null;
  readonly applied: string | null;
  readonly units: string | null;
  readonly cost: string | null;
  readonly cause: bigint | null;
  readonly hold: string | null;
  readonly purchase: string | null;
  readonly at: Date;
  readonly allocations: readonly AllocationText[];
  readonly key: string | null;
}

const toEntry = ({ feature, kind, hold, purchase, ...row }: EntryTexts): Entry => ({
  number: Number(row.sequence),
  feature,
  kind,
  amount: trillionths(row.amount),
  requested: orNull(row.requested),
  applied: orNull(row.applied),
  units: orNull(row.units),
  cost: orNull(row.cost),
  cause: row.cause === null ? null : Number(row.cause),
  hold,
  purchase,
  at: row.at.getTime(),
  parts: row.allocations.map(({ grant, amount, held = '0', granted = '0', used = '0', lost = '0' }) => ({
    from: nameOf(grant, feature),
    amount: trillionths(amount),
    held: trillionths(held),
    granted: trillionths(granted),
    used: trillionths(used),
    lost: trillionths(lost),
  })),
  ...toNumbers(row),
});

interface GrantTexts extends Omit<NumberTexts, 'usage'> {
  readonly id: string;
  readonly feature: string;
  readonly used: string;
  readonly open: boolean;
  readonly resets: boolean;
  readonly ended: boolean;
}

const toGrant = ({ id, feature, unlimited, open, resets, ...row }: GrantTexts): GrantRow => ({
  id: nameOf(id, feature),
  feature,
  granted: trillionths(row.granted),
  remaining: trillionths(row.remaining),
  held: trillionths(row.held),
  used: trillionths(row.used),
  unlimited,
  open,
  resets,
  nextReset: instant(row.reset),
  expires: instant(row.expiry),
  hasEnded: row.ended,
});

const toPart = ({ feature, portions }: PartText) => ({
  feature,
  portions: portions.map(({ grant, amount, used }) => ({ from: grant, amount: trillionths(amount), used: trillionths(used) })),
});
