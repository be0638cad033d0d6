/** Reads pages of the ledger. */
import type { LedgerEntry, LedgerEntryKind } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { type Ask, type OfCustomer, question } from './question.ts';

/** A page of one customer's entries, newest first. */
export interface EntryPage extends OfCustomer {
  readonly featureId: string | null;
  readonly kind: LedgerEntryKind | null;
  /** Only entries older than this one. */
  readonly before: bigint | null;
  readonly limit: number;
}

const MAX_SEQUENCE = 2n ** 63n - 1n;

const OF_CUSTOMER = 'SELECT * FROM ledger_entry x WHERE x.customer_id = wanted.customer_id AND x.sequence < wanted.before';
const OF_FEATURE = `${OF_CUSTOMER} AND x.feature_id = wanted.feature_id`;
const OF_KIND = 'AND x.kind = wanted.kind::"LedgerEntryKind"';
const NEWEST_FIRST = 'ORDER BY x.sequence DESC LIMIT wanted.most';

/**
 * Reads the newest of each kind, and takes the newest of those. There are few kinds, so the index
 * of feature and kind serves this question too, and each use is written to one index less.
 */
const OF_EACH_KIND = `SELECT x.* FROM unnest(enum_range(NULL::"LedgerEntryKind")) AS k (kind) CROSS JOIN LATERAL (
    ${OF_FEATURE} AND x.kind = k.kind ${NEWEST_FIRST}
  ) x ${NEWEST_FIRST}`;

/** Reads by index what each page needs, however large the ledger is. */
function pageQuestion(from: string): Ask<EntryPage, LedgerEntry> {
  return question<EntryPage, EntryRow, LedgerEntry>({
    wanted: {
      feature_id: ['text', ({ featureId }) => featureId],
      kind: ['text', ({ kind }) => kind],
      before: ['int8', ({ before }) => before ?? MAX_SEQUENCE],
      most: ['int4', ({ limit }) => limit],
    },
    from,
    as: 'e',
    columns: ENTRY_COLUMNS,
    order: 'e.sequence DESC',
    toValue: toEntry,
  });
}

/** Each kind of page has its own statement. */
export const PAGES = {
  ofAll: pageQuestion(`${OF_CUSTOMER} ${NEWEST_FIRST}`),
  ofFeature: pageQuestion(OF_EACH_KIND),
  ofFeatureAndKind: pageQuestion(`${OF_FEATURE} ${OF_KIND} ${NEWEST_FIRST}`),
  /** In the same way, from the newest entries of each of the customer's features. */
  ofKind: pageQuestion(`SELECT x.* FROM balance b CROSS JOIN LATERAL (
      ${OF_FEATURE.replace('wanted.feature_id', 'b.feature_id')} ${OF_KIND} ${NEWEST_FIRST}
    ) x WHERE b.customer_id = wanted.customer_id ${NEWEST_FIRST}`),
} as const;

export function kindOfPage({ featureId, kind }: Pick<EntryPage, 'featureId' | 'kind'>): keyof typeof PAGES {
  if (featureId === null) return kind === null ? 'ofAll' : 'ofKind';
  return kind === null ? 'ofFeature' : 'ofFeatureAndKind';
}
