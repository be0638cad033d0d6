import type { LedgerEntryKind } from '../src/ledger/model/types.ts';
import { isStorableText } from '../src/values/input.ts';
import {
  type PageRequest,
  readCursor,
  readFirst,
  refuseCursor,
  toPage,
  writeCursor,
} from '../src/values/page.ts';
import { readTimeRange, type TimeRange } from '../src/values/time-range.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { LedgerEntryKindEnum, LedgerEntryObject } from './ledger-entry.ts';
import { onlyThese, pageArgs, rangeArgs, readChoices } from './list-args.ts';

export const LedgerEntryConnection = builder.connectionObject(
  {
    type: LedgerEntryObject,
    name: 'LedgerEntryConnection',
    description: 'A page of ledger entries, the newest first.',
  },
  { name: 'LedgerEntryEdge', description: 'One ledger entry of a page, with its cursor.' },
);

export const ledgerArgs = builder.args((t) => ({
  ...pageArgs('entries'),
  kinds: t.field({ type: [LedgerEntryKindEnum], description: onlyThese('entries', 'kinds') }),
  kind: t.field({
    type: LedgerEntryKindEnum,
    description: 'Return only entries of this kind. Left out: all kinds.',
    deprecationReason: 'Use `kinds`. Deprecated since 2026-11-28.',
  }),
  ...rangeArgs('entries', 'recordedAt'),
}));

interface LedgerRequest extends PageRequest, TimeRange {
  readonly customerId: string;
  readonly featureId?: string | null | undefined;
  readonly kinds?: readonly LedgerEntryKind[] | null | undefined;
  readonly kind?: LedgerEntryKind | null | undefined;
}

/**
 * Reads a page of the ledger, the newest entry first.
 * @throws InvalidInputError for a bad `first`, `after` or range, or for both `kinds` and `kind`.
 */
export async function ledgerPage({ ledger }: Context, request: LedgerRequest) {
  const { customerId, featureId = null, first, after } = request;
  const limit = readFirst(first);
  const kinds = readChoices(['kinds', request.kinds], ['kind', request.kind]);
  const range = readTimeRange(request);
  const [sequence = ''] = after == null ? [] : readCursor(after, 1);
  if (after != null && !/^\d{1,18}$/.test(sequence)) refuseCursor();
  const before = after == null ? null : BigInt(sequence);
  const page = { customerId, featureId, kinds, before, limit: limit + 1, ...range };
  // Postgres cannot compare an id with a NUL or broken Unicode, and nothing has such an id.
  const isAskable = isStorableText(customerId) && (featureId === null || isStorableText(featureId));
  const entries = isAskable ? await ledger.reads.shownPage(page) : [];
  return toConnection(toPage(entries, limit, after), (entry) =>
    writeCursor(entry.sequence.toString()),
  );
}
