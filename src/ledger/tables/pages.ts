/** Reads pages of the ledger. */
import { fromEitherEnd } from '../../database/either-end.ts';
import { arrayLiteral } from '../../database/statement-values.ts';
import type { LedgerEntry, LedgerEntryKind } from '../model/types.ts';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from './entry-rows.ts';
import { type Ask, type OfCustomer, question } from './question.ts';

/** A page of one customer's entries, newest first. */
export interface EntryPage extends OfCustomer {
  readonly featureId: string | null;
  /** null: of all kinds. */
  readonly kinds: readonly LedgerEntryKind[] | null;
  /** Only entries older than this one. */
  readonly before: bigint | null;
  /** Only entries newer than this one. */
  readonly after?: bigint | null;
  /** True where the oldest of these are wanted. Left out: the newest. */
  readonly fromOldest?: boolean;
  readonly limit: number;
}

const MAX_SEQUENCE = 2n ** 63n - 1n;

const OF_CUSTOMER = `SELECT * FROM ledger_entry x WHERE x.customer_id = wanted.customer_id
  AND x.sequence < wanted.before AND x.sequence > wanted.after`;
const ALL_KINDS = 'enum_range(NULL::"LedgerEntryKind")';

/**
 * Reads those at the end of each kind, and takes those at the end of these. There are few kinds, so
 * the index of feature and kind serves every question about them, and each use is written to one
 * index less.
 */
const ofEachKind = (
  featureId: string,
  end: string,
) => `unnest(coalesce(wanted.kinds::"LedgerEntryKind"[], ${ALL_KINDS})) AS k (kind)
  CROSS JOIN LATERAL (${OF_CUSTOMER} AND x.feature_id = ${featureId} AND x.kind = k.kind ${end}) x`;

/** Reads by index what each page needs, however large the ledger is. */
function pageQuestion(select: (end: string) => string): Ask<EntryPage, LedgerEntry> {
  return question<EntryPage, EntryRow, LedgerEntry>({
    wanted: {
      feature_id: ['text', ({ featureId }) => featureId],
      kinds: ['text', ({ kinds }) => kinds && arrayLiteral(kinds)],
      before: ['int8', ({ before }) => before ?? MAX_SEQUENCE],
      after: ['int8', ({ after }) => after ?? 0n],
      from_oldest: ['bool', ({ fromOldest }) => fromOldest ?? false],
      most: ['int4', ({ limit }) => limit],
    },
    from: fromEitherEnd(select, ['x.sequence']),
    as: 'e',
    columns: ENTRY_COLUMNS,
    order: 'e.sequence DESC',
    toValue: toEntry,
  });
}

/** Each kind of page has its own statement. */
export const PAGES = {
  ofAll: pageQuestion((end) => `${OF_CUSTOMER} ${end}`),
  ofFeature: pageQuestion((end) => `SELECT x.* FROM ${ofEachKind('wanted.feature_id', end)} ${end}`),
  /** In the same way, from the entries of each of the customer's features. */
  ofKinds: pageQuestion(
    (end) => `SELECT x.* FROM balance b CROSS JOIN ${ofEachKind('b.feature_id', end)}
      WHERE b.customer_id = wanted.customer_id ${end}`,
  ),
} as const;

export function kindOfPage({ featureId, kinds }: Pick<EntryPage, 'featureId' | 'kinds'>): keyof typeof PAGES {
  if (featureId !== null) return 'ofFeature';
  return kinds === null ? 'ofAll' : 'ofKinds';
}
