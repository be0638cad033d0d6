/** Counts what a customer has bought and paid, up to a maximum. */
import type { Database } from '../../database/database.ts';
import { arrayLiteral } from '../../database/statement-values.ts';
import type { CustomerFilter } from '../../values/customer-page.ts';
import { MOST_COUNTED } from '../../values/page.ts';
import type { PagedTable } from './pages.ts';

/**
 * Counts for many filters with one statement, in their order. null where more than MOST_COUNTED
 * rows of the stretch of time are there, because those of other statuses are read as well.
 */
export async function countPages(
  reader: Database['client'],
  { name, statusType }: Pick<PagedTable, 'name' | 'statusType'>,
  filters: readonly CustomerFilter<string>[],
): Promise<readonly (number | null)[]> {
  const rows = await reader.$queryRawUnsafe<{ total: number | null }[]>(
    `SELECT CASE WHEN counted.read <= ${MOST_COUNTED} THEN counted.matching END::int4 AS total
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[])
       WITH ORDINALITY AS wanted (customer_id, statuses, since, created_at, id, place)
     CROSS JOIN LATERAL (
       SELECT count(*) AS read, count(*) FILTER (
         WHERE wanted.statuses IS NULL OR x.status = ANY (wanted.statuses::"${statusType}"[])
       ) AS matching
       FROM (
         SELECT * FROM ${name} y WHERE y.customer_id = wanted.customer_id
           AND y.created_at >= coalesce(wanted.since, '-infinity')
           AND (y.created_at, y.id) < (coalesce(wanted.created_at, 'infinity'), coalesce(wanted.id, ''))
         LIMIT ${MOST_COUNTED + 1}
       ) x
     ) counted ORDER BY wanted.place`,
    filters.map(({ customerId }) => customerId),
    filters.map(({ statuses }) => statuses && arrayLiteral(statuses)),
    filters.map(({ from }) => from?.toISOString() ?? null),
    filters.map(({ before }) => before?.createdAt.toISOString() ?? null),
    filters.map(({ before }) => before?.id ?? null),
  );
  return rows.map(({ total }) => total);
}
