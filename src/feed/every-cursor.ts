/** Cursors in the order of all entries, as text. */
import { BEFORE_ALL, type Place } from '../ledger/order.ts';
import { readCursor, writeCursor } from '../values/cursors.ts';
import { DomainError, refuseInput } from '../values/errors.ts';

/** The ledger has no such entry, or another one in its place. */
export class CursorLostError extends DomainError {
  readonly code = 'CURSOR_LOST';

  constructor() {
    super(
      'This ledger has no entry at the cursor: the cursor is of another database, or this one was restored to an ' +
        'earlier state. Read all balances again, and go on from a new balancesCursor.',
    );
  }
}

export function writePlace({ position, recordedAt }: Place): string {
  return writeCursor(position.toString(), recordedAt?.toISOString() ?? '');
}

/** @throws InvalidInputError at `after`. */
export function readPlace(cursor: string): Place {
  const [position = '', recordedAt = ''] = readCursor(cursor, 2, refuse);
  if (!/^(0|[1-9]\d{0,17})$/.test(position)) refuse();
  if (position === '0') return recordedAt === '' ? BEFORE_ALL : refuse();
  const at = new Date(recordedAt);
  return Number.isNaN(at.getTime()) ? refuse() : { position: BigInt(position), recordedAt: at };
}

function refuse(): never {
  refuseInput(['after'], 'must be a cursor that balancesChanged or balancesCursor gave', 'INVALID_FORMAT');
}
