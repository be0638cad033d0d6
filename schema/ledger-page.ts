import type { LedgerEntryKind } from '../src/ledger/model/types.ts';
import { readNumber, writeCursor } from '../src/values/cursors.ts';
import { isStorableText } from '../src/values/input.ts';
import { inTime, type PageRequest, readPage } from '../src/values/page.ts';
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
 * @throws InvalidInputError for a bad page or range, or for both `kinds` and `kind`.
 */
export async function ledgerPage({ ledger }: Context, request: LedgerRequest) {
  const { customerId, featureId = null } = request;
  const kinds = readChoices(['kinds', request.kinds], ['kind', request.kind]);
  const wanted = { customerId, featureId, kinds, ...readTimeRange(request) };
  // Postgres cannot compare an id with a NUL or broken Unicode, and nothing has such an id.
  const isAskable = isStorableText(customerId) && (featureId === null || isStorableText(featureId));
  const page = await readPage(request, readNumber, async (slice) =>
    isAskable ? ledger.reads.shownPage({ ...wanted, ...inTime(slice) }) : [],
  );
  return toConnection(page, (entry) => writeCursor(entry.sequence.toString()));
}
