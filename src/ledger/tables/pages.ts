/**
 * Reads pages of the ledger, many in one statement, each from an index that has exactly its rows.
 */
import type { Database } from '../../database/database.ts';
import type { LedgerEntry, LedgerEntryKind } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';

type Reader = Pick<Database['client'], '$queryRawUnsafe'>;

/** A page of one customer's entries, newest first. */
export interface EntryPage {
  readonly customerId: string;
  readonly featureId: string | null;
  readonly kind: LedgerEntryKind | null;
  /** Only entries older than this one. */
  readonly before: bigint | null;
  readonly limit: number;
}

/**
 * The kind of a page decides its statement. There are four kinds, and pages of one kind share a
 * statement.
 */
export function kindOfPage({ featureId, kind }: Pick<EntryPage, 'featureId' | 'kind'>): string {
  return `${featureId === null}/${kind === null}`;
}

/** Reads pages of one kind, each with its own limits. Reads no row that it does not return. */
export async function findEntryPages(reader: Reader, pages: readonly EntryPage[]): Promise<readonly (readonly LedgerEntry[])[]> {
  const [alike] = pages;
  const entries = alike ? entriesOf(alike) : NEWEST;
  const rows = await reader.$queryRawUnsafe<(EntryRow & { readonly page: bigint })[]>(
    `SELECT page, ${ENTRY_COLUMNS}
     FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int4[])
       WITH ORDINALITY AS wanted (customer_id, feature_id, kind, before, most, page)
     CROSS JOIN LATERAL (${entries}) e ORDER BY page, e.sequence DESC`,
    pages.map((page) => page.customerId),
    pages.map((page) => page.featureId),
    pages.map((page) => page.kind),
    pages.map((page) => (page.before ?? MAX_SEQUENCE).toString()),
    pages.map((page) => page.limit),
  );
  const found = pages.map((): LedgerEntry[] => []);
  for (const row of rows) found[Number(row.page) - 1]?.push(toEntry(row));
  return found;
}

const MAX_SEQUENCE = 2n ** 63n - 1n;

const OF_CUSTOMER = 'SELECT * FROM ledger_entry x WHERE x.customer_id = wanted.customer_id AND x.sequence < wanted.before';
const OF_KIND = 'x.kind = wanted.kind::"LedgerEntryKind"';
const NEWEST_FIRST = 'ORDER BY x.sequence DESC LIMIT wanted.most';

/** The newest entries of one customer, of one feature or all, of one kind or all. */
function entriesOf({ featureId, kind }: EntryPage): string {
  if (featureId === null) return kind === null ? NEWEST : NEWEST_OF_KIND;
  const ofKind = kind === null ? '' : `AND ${OF_KIND}`;
  return `${OF_CUSTOMER} AND x.feature_id = wanted.feature_id ${ofKind} ${NEWEST_FIRST}`;
}

const NEWEST = `${OF_CUSTOMER} ${NEWEST_FIRST}`;

/**
 * Without a feature: reads the newest entries of each of the customer's features, and takes the
 * newest of those. A customer has few features, so one index serves both questions, and each use is
 * written to one index less.
 */
const NEWEST_OF_KIND = `SELECT x.* FROM balance b CROSS JOIN LATERAL (
    ${OF_CUSTOMER} AND x.feature_id = b.feature_id AND ${OF_KIND} ${NEWEST_FIRST}
  ) x WHERE b.customer_id = wanted.customer_id ${NEWEST_FIRST}`;
