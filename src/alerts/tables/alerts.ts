/** The table balance_alert. */
import type { Database, Transaction } from '../../database/database.ts';
import type { Statements } from '../../database/statements.ts';
import { type Decimal, decimal, formatDecimal } from '../../values/decimal.ts';
import type { AlertLimit, BalanceAlert } from '../model/alert.ts';

type Reader = Pick<Statements, 'read'>;

interface AlertRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly feature_id: string;
  readonly below: string | null;
  readonly below_percentage: number | null;
}

const COLUMNS = 'a.id, a.customer_id, a.feature_id, a.below::text, a.below_percentage';

const toAlert = (row: AlertRow): BalanceAlert => ({
  id: row.id,
  customerId: row.customer_id,
  featureId: row.feature_id,
  ...toLimit(row),
});

const toLimit = ({ below, below_percentage }: Pick<AlertRow, 'below' | 'below_percentage'>): AlertLimit => ({
  below: orNull(below),
  belowPercentage: below_percentage,
});

const orNull = (text: string | null): Decimal | null => (text === null ? null : decimal(text));

/** Those for all customers, the oldest first. */
export async function listAlerts(reader: Reader): Promise<readonly BalanceAlert[]> {
  const rows = await reader.read<AlertRow>(
    `SELECT ${COLUMNS} FROM balance_alert a WHERE a.customer_id IS NULL ORDER BY a.position`,
  );
  return rows.map(toAlert);
}

/** The alerts of each of these customers, and those for all. The oldest first. */
export async function findAlertsOf(
  reader: Reader,
  customerIds: readonly string[],
): Promise<readonly (readonly BalanceAlert[])[]> {
  const rows = await reader.read<AlertRow & { readonly place: number }>(
    `SELECT wanted.place::int4, ${COLUMNS}, a.position
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted (customer_id, place)
     JOIN balance_alert a ON a.customer_id = wanted.customer_id
     UNION ALL
     SELECT wanted.place::int4, ${COLUMNS}, a.position
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted (customer_id, place)
     JOIN balance_alert a ON a.customer_id IS NULL
     ORDER BY position`,
    [customerIds],
  );
  return customerIds.map((_, index) => rows.filter(({ place }) => place === index + 1).map(toAlert));
}

export interface TriggerKey {
  readonly customerId: string;
  readonly sequence: bigint;
}

/** The alerts that each of these entries triggered, without those that were removed since. */
export async function findTriggered(
  reader: Reader,
  entries: readonly TriggerKey[],
): Promise<readonly (readonly BalanceAlert[])[]> {
  const rows = await reader.read<AlertRow & { readonly place: number }>(
    `SELECT wanted.place::int4, ${COLUMNS}
     FROM unnest($1::text[], $2::int8[]) WITH ORDINALITY AS wanted (customer_id, sequence, place)
     JOIN alert_trigger t ON t.customer_id = wanted.customer_id AND t.sequence = wanted.sequence
     JOIN balance_alert a ON a.id = t.alert_id ORDER BY a.position`,
    [entries.map(({ customerId }) => customerId), entries.map(({ sequence }) => sequence)],
  );
  return entries.map((_, index) => rows.filter(({ place }) => place === index + 1).map(toAlert));
}

export interface NewLimits {
  readonly limits: readonly (AlertLimit & { readonly featureId: string })[];
  /** Where to read on. */
  readonly position: bigint;
}

/** The limits of the alerts that were set after a position. */
export async function findLimitsSince(reader: Reader, position: bigint): Promise<NewLimits> {
  const rows = await reader.read<Omit<AlertRow, 'id'> & { readonly position: bigint }>(
    `SELECT feature_id, below::text, below_percentage, max(position) AS position
     FROM balance_alert WHERE position > $1
     GROUP BY feature_id, below, below_percentage ORDER BY max(position)`,
    [position],
  );
  return {
    limits: rows.map((row) => ({ featureId: row.feature_id, ...toLimit(row) })),
    position: rows.at(-1)?.position ?? position,
  };
}

/**
 * Finds the alert that says the same, or inserts this one. Callers take turns, so that none is
 * above the bound, and alerts are committed in the order of their positions.
 * @returns null where the customer, or all together, have `most` already.
 */
export async function findOrInsert(
  transaction: Transaction,
  alert: BalanceAlert & { readonly createdAt: Date },
  most: number,
): Promise<BalanceAlert | null> {
  const { id, customerId, featureId, belowPercentage, createdAt } = alert;
  const below = alert.below === null ? null : formatDecimal(alert.below);
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('brim balance alerts'))`;
  const same = await transaction.balanceAlert.findFirst({
    where: { customerId, featureId, below, belowPercentage },
    select: { id: true },
  });
  if (same) return { ...alert, id: same.id };
  if ((await transaction.balanceAlert.count({ where: { customerId } })) >= most) return null;
  await transaction.balanceAlert.create({ data: { id, customerId, featureId, below, belowPercentage, createdAt } });
  return alert;
}

/** @returns false where there is none. */
export async function deleteAlert(client: Database['client'], id: string): Promise<boolean> {
  return (await client.balanceAlert.deleteMany({ where: { id } })).count > 0;
}
