import { KINDS_OF_USE } from '../src/ledger/all-entries.ts';
import type { LedgerEntryKind } from '../src/ledger/model/types.ts';
import { type ReadCursor, readCursor, writeCursor } from '../src/values/cursors.ts';
import { refuseInput } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { inTime, type PageRequest, readPage } from '../src/values/page.ts';
import { readTimeRange, type TimeRange } from '../src/values/time-range.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { LedgerEntryKindEnum } from './ledger-entry.ts';
import { LedgerEntryConnection, ledgerPage } from './ledger-page.ts';
import { onlyThese, pageArgs, rangeArgs } from './list-args.ts';

const USES = KINDS_OF_USE.join(', ');

interface AllLedgerRequest extends PageRequest, TimeRange {
  readonly kinds?: readonly LedgerEntryKind[] | null | undefined;
  readonly featureId?: string | null | undefined;
}

/** Marks the cursors of this list, which are none of a customer's ledger. */
const OF_ALL = 'all';

const readPosition: ReadCursor<bigint> = (cursor, refuse) => {
  const [list, position = ''] = readCursor(cursor, 2, refuse);
  return list === OF_ALL && /^\d{1,18}$/.test(position) ? BigInt(position) : refuse();
};

/**
 * Reads a page of the entries of all customers, the newest first.
 * @throws InvalidInputError for a bad page or range, and for what no index serves.
 */
async function allLedgerPage({ ledger }: Context, request: AllLedgerRequest) {
  const range = readTimeRange(request);
  const kinds = request.kinds ? [...new Set(request.kinds)] : null;
  if (request.featureId != null)
    refuseInput(['featureId'], 'must be left out without customerId', 'NOT_ALLOWED');
  if (kinds?.some((kind) => KINDS_OF_USE.some((use) => use === kind)))
    refuseInput(['kinds'], `must not contain ${USES} without customerId`, 'NOT_ALLOWED');
  const { nodes, ...page } = await readPage(request, readPosition, (slice) =>
    ledger.allEntries.page({ kinds, ...range, ...inTime(slice) }),
  );
  const positions = new Map(nodes.map(({ position, entry }) => [entry, position]));
  return toConnection({ ...page, nodes: nodes.map(({ entry }) => entry) }, (entry) =>
    writeCursor(OF_ALL, String(positions.get(entry))),
  );
}

builder.queryField('ledger', (t) =>
  t.field({
    type: LedgerEntryConnection,
    nullable: true,
    // The page, and both ends of the stretch of time.
    extensions: declareCost({ statements: 3 }),
    description:
      'The movements of the balances of all customers, in the order in which they were written, ' +
      'the newest first. All that were committed before the first page was asked for are there, ' +
      'once each; balancesChanged follows those that come. What a version without balancesChanged ' +
      'wrote is only in the ledgers of its customers. Needs a secret key.',
    args: {
      ...pageArgs('entries'),
      customerId: t.arg.id({
        description: 'Return only entries of this customer. Left out or null: of all customers.',
      }),
      featureId: t.arg.id({
        description:
          'Return only entries of this feature, which needs a customerId. Left out or null: of ' +
          'all features.',
      }),
      kinds: t.arg({
        type: [LedgerEntryKindEnum],
        description: `${onlyThese('entries', 'kinds')} ${USES} need a customerId.`,
      }),
      ...rangeArgs('entries', 'recordedAt'),
    },
    resolve: appOnly((_, { customerId, ...args }, context) =>
      customerId == null
        ? allLedgerPage(context, args)
        : ledgerPage(context, { ...args, customerId }),
    ),
  }),
);
