/** Reads pages of what a customer has bought and paid, and counts it up to a maximum. */
import type { Database, Transaction } from '../../database/database.ts';
import { fromEitherEnd } from '../../database/either-end.ts';
import { rowsByKey } from '../../database/loader.ts';
import { arrayLiteral } from '../../database/statement-values.ts';
import type { CustomerFilter, CustomerPage } from '../../values/customer-page.ts';
import { MOST_COUNTED } from '../../values/page.ts';

/** A table with the columns customer_id, status, created_at and id. */
export interface PagedTable {
  readonly name: 'purchase' | 'payment';
  readonly statusType: 'PurchaseStatus' | 'PaymentStatus';
  /** Of the table `p`. */
  readonly columns: string;
}

type Reader = Database['client'] | Transaction;

/** Reads many pages with one statement. The index of a customer's rows by creation serves each. */
export async function findPages<Row extends object>(
  reader: Reader,
  { name, statusType, columns }: PagedTable,
  pages: readonly CustomerPage<string>[],
): Promise<readonly (readonly Row[])[]> {
  const pageRows = fromEitherEnd(
    (end) => `SELECT * FROM ${name} x WHERE ${OF_CUSTOMER} AND ${hasStatus(statusType)} ${end}`,
    ['x.created_at', 'x.id'],
  );
  const rows = await reader.$queryRawUnsafe<(Row & { readonly place: bigint })[]>(
    `SELECT place, ${columns}
     FROM unnest(${FILTER_TYPES}, $7::bool[], $8::int4[]) WITH ORDINALITY AS wanted (${FILTER_NAMES}, from_oldest, most, place)
     CROSS JOIN LATERAL (${pageRows} OFFSET 0) p ORDER BY place, p.created_at DESC, p.id DESC`,
    ...filterColumns(pages),
    pages.map((page) => page.fromOldest),
    pages.map((page) => page.limit),
  );
  return rowsByKey(
    pages.map((_, index) => index + 1),
    String,
    rows,
    (row) => String(row.place),
  ).map((found) => found.map(({ place: _, ...row }) => row as unknown as Row));
}

/**
 * Counts for many filters with one statement, in their order. null where more than MOST_COUNTED
 * rows of the stretch of time are there, because those of other statuses are read as well.
 */
export async function countPages(
  reader: Reader,
  { name, statusType }: PagedTable,
  filters: readonly CustomerFilter<string>[],
): Promise<readonly (number | null)[]> {
  const rows = await reader.$queryRawUnsafe<{ total: number | null }[]>(
    `SELECT CASE WHEN counted.read <= ${MOST_COUNTED} THEN counted.matching END::int4 AS total
     FROM unnest(${FILTER_TYPES}) WITH ORDINALITY AS wanted (${FILTER_NAMES}, place)
     CROSS JOIN LATERAL (
       SELECT count(*) AS read, count(*) FILTER (WHERE ${hasStatus(statusType)}) AS matching
       FROM (SELECT * FROM ${name} x WHERE ${OF_CUSTOMER} LIMIT ${MOST_COUNTED + 1}) x
     ) counted ORDER BY wanted.place`,
    ...filterColumns(filters),
  );
  return rows.map(({ total }) => total);
}

const FILTER_TYPES = '$1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[]';
const FILTER_NAMES = 'customer_id, statuses, newer_than, newer_than_id, older_than, older_than_id';

/** The rows of `x` that a filter wants, whatever their status. */
const OF_CUSTOMER = `x.customer_id = wanted.customer_id
  AND (x.created_at, x.id) > (coalesce(wanted.newer_than, '-infinity'), coalesce(wanted.newer_than_id, ''))
  AND (x.created_at, x.id) < (coalesce(wanted.older_than, 'infinity'), coalesce(wanted.older_than_id, ''))`;
const hasStatus = (type: string) => `(wanted.statuses IS NULL OR x.status = ANY (wanted.statuses::"${type}"[]))`;

function filterColumns(filters: readonly CustomerFilter<string>[]) {
  return [
    filters.map(({ customerId }) => customerId),
    filters.map(({ statuses }) => statuses && arrayLiteral(statuses)),
    filters.map(({ after }) => after?.createdAt.toISOString() ?? null),
    filters.map(({ after }) => after?.id ?? null),
    filters.map(({ before }) => before?.createdAt.toISOString() ?? null),
    filters.map(({ before }) => before?.id ?? null),
  ] as const;
}
