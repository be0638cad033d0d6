/** Reads pages of what a customer has bought and paid. */
import type { Database, Transaction } from '../../database/database.ts';
import { rowsByKey } from '../../database/loader.ts';
import { arrayLiteral } from '../../database/statement-values.ts';
import type { CustomerPage } from '../../values/customer-page.ts';

/** A table with the columns customer_id, status, created_at and id. */
export interface PagedTable {
  readonly name: 'purchase' | 'payment';
  readonly statusType: 'PurchaseStatus' | 'PaymentStatus';
  /** Of the table `p`. */
  readonly columns: string;
}

/** Reads many pages with one statement. The index of a customer's rows by creation serves each. */
export async function findPages<Row extends object>(
  reader: Database['client'] | Transaction,
  { name, statusType, columns }: PagedTable,
  pages: readonly CustomerPage<string>[],
): Promise<readonly (readonly Row[])[]> {
  const rows = await reader.$queryRawUnsafe<(Row & { readonly page: bigint })[]>(
    `SELECT page, ${columns}
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::int4[])
       WITH ORDINALITY AS wanted (customer_id, statuses, since, created_at, id, most, page)
     CROSS JOIN LATERAL (
       SELECT * FROM ${name} x WHERE x.customer_id = wanted.customer_id
         AND (wanted.statuses IS NULL OR x.status = ANY (wanted.statuses::"${statusType}"[]))
         AND x.created_at >= coalesce(wanted.since, '-infinity')
         AND (x.created_at, x.id) < (coalesce(wanted.created_at, 'infinity'), coalesce(wanted.id, ''))
       ORDER BY x.created_at DESC, x.id DESC LIMIT wanted.most
     ) p ORDER BY page, p.created_at DESC, p.id DESC`,
    pages.map((page) => page.customerId),
    pages.map((page) => page.statuses && arrayLiteral(page.statuses)),
    pages.map((page) => page.from?.toISOString() ?? null),
    pages.map((page) => page.before?.createdAt.toISOString() ?? null),
    pages.map((page) => page.before?.id ?? null),
    pages.map((page) => page.limit),
  );
  return rowsByKey(
    pages.map((_, index) => index + 1),
    String,
    rows,
    (row) => String(row.page),
  ).map((found) => found.map(({ page: _, ...row }) => row as unknown as Row));
}
