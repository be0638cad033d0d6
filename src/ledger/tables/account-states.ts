/** Reads the ledger's tables for the writer. */
import type { Grant, Hold, LedgerEntry } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { GRANT_COLUMNS, type GrantRow, toGrant } from './grant-rows.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';
import type { Reader } from './reader.ts';

export { readPools } from './pools.ts';

/** Something of a customer's that is known by an id. */
export interface Named {
  readonly customerId: string;
  readonly id: string;
}

export async function readGrants(reader: Reader, named: readonly Named[]): Promise<readonly Grant[]> {
  return grantsWhere(reader, '(g.customer_id, g.id) IN (SELECT * FROM unnest($1::text[], $2::text[]))', named);
}

/** The live grants of purchases, used up or not. */
export async function readGrantsOfPurchases(reader: Reader, purchases: readonly Named[]): Promise<readonly Grant[]> {
  const isOfOne = '(g.customer_id, g.purchase_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
  return grantsWhere(reader, `${isOfOne} AND g.ended_at IS NULL`, purchases);
}

/** A purchase that is renewed, and the beginning of the period that is paid. */
export interface Renewed extends Named {
  readonly start: Date;
}

/** The live grants of purchases, and those that they gave from these periods on, ended or not. */
export async function readGrantsOfPeriods(reader: Reader, renewed: readonly Renewed[]): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS renewed (customer_id, purchase_id, start)
     JOIN "grant" g USING (customer_id, purchase_id) WHERE g.ended_at IS NULL OR g.period_start >= renewed.start`,
    renewed.map((each) => each.customerId),
    renewed.map((each) => each.id),
    renewed.map((each) => each.start.toISOString()),
  );
  return rows.map(toGrant);
}

const OF_PAYMENT = '(g.customer_id, g.payment_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';

/** All that payments paid for, and what was rolled over from it, ended or not. */
export async function readGrantsOfPayments(reader: Reader, payments: readonly Named[]): Promise<readonly Grant[]> {
  return grantsWhere(reader, `${OF_PAYMENT} AND g.payment_id IS NOT NULL`, payments);
}

/** The entries of payments, in order. */
export async function readPayments(reader: Reader, payments: readonly Named[]): Promise<readonly LedgerEntry[]> {
  const rows = await reader.$queryRawUnsafe<EntryRow[]>(
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e
     WHERE (e.customer_id, e.payment_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND e.payment_id IS NOT NULL
     ORDER BY e.customer_id, e.sequence`,
    payments.map((each) => each.customerId),
    payments.map((each) => each.id),
  );
  return rows.map(toEntry);
}

async function grantsWhere(reader: Reader, condition: string, named: readonly Named[]): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM "grant" g WHERE ${condition}`,
    named.map((each) => each.customerId),
    named.map((each) => each.id),
  );
  return rows.map(toGrant);
}

/** The newest grants of these balances that are not full, used-up ones included. */
export async function readGrantsWithRoom(
  reader: Reader,
  wanted: readonly { readonly customerId: string; readonly featureId: string }[],
): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS}
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS wanted (customer_id, feature_id)
     CROSS JOIN LATERAL (
       SELECT * FROM "grant" x WHERE x.customer_id = wanted.customer_id AND x.feature_id = wanted.feature_id
         AND x.ended_at IS NULL AND x.granted > x.remaining + x.held
       ORDER BY x.sequence DESC LIMIT 100
     ) g`,
    wanted.map((each) => each.customerId),
    wanted.map((each) => each.featureId),
  );
  return rows.map(toGrant);
}

/** A customer whose account catches up, and until when. */
export interface Late {
  readonly customerId: string;
  readonly until: Date;
}

/** Each of these customers, with its instant. */
const LATE = 'unnest($1::text[], $2::timestamptz[]) AS late (customer_id, until)';
const lateParameters = (late: readonly Late[]) =>
  [late.map(({ customerId }) => customerId), late.map(({ until }) => until.toISOString())] as const;

/** The grants of these customers that reset or expire until then. */
export async function readDueGrants(reader: Reader, late: readonly Late[]): Promise<readonly Grant[]> {
  const rows = await reader.$queryRawUnsafe<GrantRow[]>(
    `SELECT ${GRANT_COLUMNS} FROM ${LATE} JOIN "grant" g USING (customer_id)
     WHERE g.ended_at IS NULL AND (g.next_reset_at <= late.until OR g.expires_at <= late.until)`,
    ...lateParameters(late),
  );
  return rows.map(toGrant);
}

/**
 * For each of these customers, the nearest instant after its `until` at which the account is due
 * again, if there is one.
 */
export async function readLater(reader: Reader, late: readonly Late[]): Promise<ReadonlyMap<string, Date>> {
  const rows = await reader.$queryRawUnsafe<{ customerId: string; at: Date }[]>(
    `SELECT customer_id AS "customerId", min(at) AS at FROM ${LATE} JOIN (
      SELECT g.customer_id, moment.at
      FROM "grant" g CROSS JOIN LATERAL (VALUES (g.next_reset_at), (g.expires_at)) AS moment (at)
      WHERE g.customer_id = ANY($1::text[]) AND g.ended_at IS NULL AND (g.next_reset_at IS NOT NULL OR g.expires_at IS NOT NULL)
      UNION ALL
      SELECT h.customer_id, h.expires_at FROM hold h WHERE h.customer_id = ANY($1::text[]) AND h.status = 'OPEN'
    ) AS moments USING (customer_id)
    WHERE at > until GROUP BY customer_id`,
    ...lateParameters(late),
  );
  return new Map(rows.map(({ customerId, at }) => [customerId, at]));
}

/** The holds with these ids, and the open holds of these customers that are due to lapse. */
export async function readHolds(reader: Reader, named: readonly Named[], late: readonly Late[]): Promise<readonly Hold[]> {
  const rows = await reader.$queryRawUnsafe<HoldRow[]>(
    `SELECT ${HOLD_COLUMNS} FROM ${LATE} JOIN hold h USING (customer_id) WHERE h.status = 'OPEN' AND h.expires_at <= late.until
     UNION
     SELECT ${HOLD_COLUMNS} FROM hold h WHERE (h.customer_id, h.id) IN (SELECT * FROM unnest($3::text[], $4::text[]))`,
    ...lateParameters(late),
    named.map((each) => each.customerId),
    named.map((each) => each.id),
  );
  return rows.map(toHold);
}

/** Uses and the entries that belong to them, in order. */
export async function readFamilies(
  reader: Reader,
  uses: readonly { readonly customerId: string; readonly sequence: bigint }[],
): Promise<readonly LedgerEntry[]> {
  const rows = await reader.$queryRawUnsafe<EntryRow[]>(
    `SELECT ${ENTRY_COLUMNS}
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::int8[])) AS used (customer_id, sequence)
     JOIN ledger_entry e ON e.customer_id = used.customer_id AND (e.sequence = used.sequence OR e.cause = used.sequence)
     ORDER BY e.customer_id, e.sequence`,
    uses.map((each) => each.customerId),
    uses.map((each) => each.sequence.toString()),
  );
  return rows.map(toEntry);
}
