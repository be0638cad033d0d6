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
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

export const LedgerEntryConnection = builder.connectionObject(
  {
    type: LedgerEntryObject,
    name: 'LedgerEntryConnection',
    description: 'A page of ledger entries, the newest first.',
  },
  { name: 'LedgerEntryEdge', description: 'One ledger entry of a page, with its cursor.' },
);

interface LedgerRequest extends PageRequest {
  readonly customerId: string;
  readonly featureId?: string | null | undefined;
  readonly kind?: LedgerEntryKind | null | undefined;
}

/**
 * Reads a page of the ledger, the newest entry first.
 * @throws InvalidInputError for a bad `first` or `after`.
 */
export async function ledgerPage(
  { ledger }: Context,
  { customerId, featureId = null, kind = null, first, after }: LedgerRequest,
) {
  const limit = readFirst(first);
  const [sequence = ''] = after == null ? [] : readCursor(after, 1);
  if (after != null && !/^\d{1,18}$/.test(sequence)) refuseCursor();
  const before = after == null ? null : BigInt(sequence);
  // Postgres cannot compare an id with a NUL or broken Unicode, and no feature has such an id.
  const isAskable = featureId === null || isStorableText(featureId);
  const entries = isAskable
    ? await ledger.reads.entryPage({ customerId, featureId, kind, before, limit: limit + 1 })
    : [];
  return toConnection(toPage(entries, limit, after), (entry) =>
    writeCursor(entry.sequence.toString()),
  );
}
