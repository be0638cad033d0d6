/** Pages of the ledger, as readers ask for them: many in one statement, each by an index that holds nothing but what it asks for. */
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

/** What of a page decides how it is read. Pages of one kind share a statement; there are four. */
export function kindOfPage({ featureId, kind }: Pick<EntryPage, 'featureId' | 'kind'>): string {
  return `${featureId === null}/${kind === null}`;
}

/** The pages of many customers that are of one kind, each with its own bounds. Nothing is read and then thrown away. */
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

/** The newest of one customer: of all features or one, of all kinds or one. */
function entriesOf({ featureId, kind }: EntryPage): string {
  if (featureId === null) return kind === null ? NEWEST : NEWEST_OF_KIND;
  const ofKind = kind === null ? '' : `AND ${OF_KIND}`;
  return `${OF_CUSTOMER} AND x.feature_id = wanted.feature_id ${ofKind} ${NEWEST_FIRST}`;
}

const NEWEST = `${OF_CUSTOMER} ${NEWEST_FIRST}`;

/**
 * Without a feature, the newest of each of the customer's features, and of those the newest: a customer has few features, and every
 * entry has a balance. So one index serves both questions after a kind, and a use is written into one index less.
 */
const NEWEST_OF_KIND = `SELECT x.* FROM balance b CROSS JOIN LATERAL (
    ${OF_CUSTOMER} AND x.feature_id = b.feature_id AND ${OF_KIND} ${NEWEST_FIRST}
  ) x WHERE b.customer_id = wanted.customer_id ${NEWEST_FIRST}`;
