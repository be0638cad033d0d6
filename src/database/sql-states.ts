/**
 * The meaning of PostgreSQL's error codes (SQLSTATE): whether the database failed or the statement
 * was wrong, and what that says about a write. Pure.
 */
/**
 * lost: the write may have been done or not. With all other kinds it was not done. unreachable:
 * nothing could be sent. crowded: no connection of the pool was free. busy: other transactions held
 * what was needed. slow: it took too long and was canceled. unable: the server cannot do it now (a
 * full disk, a standby).
 */
export interface DatabaseFailure {
  readonly kind: 'lost' | 'unreachable' | 'crowded' | 'busy' | 'slow' | 'unable';
  /** A sentence. */
  readonly reason: string;
}

export const LOST: DatabaseFailure = { kind: 'lost', reason: 'The connection to the database was lost.' };
export const UNREACHABLE: DatabaseFailure = { kind: 'unreachable', reason: 'The database cannot be reached.' };
export const BUSY: DatabaseFailure = { kind: 'busy', reason: 'Other transactions were in the way.' };

const short = (reason: string): DatabaseFailure => ({ kind: 'unable', reason });
const BROKEN = short('The database server reports an error of its own system: see its log.');

/**
 * By the first characters of a code. The longest match wins. A code without a match is the
 * statement's own mistake.
 */
const MEANINGS: Readonly<Record<string, DatabaseFailure>> = {
  '08': LOST,
  '08001': UNREACHABLE,
  '08004': UNREACHABLE,
  '25006': short('The database is read-only now: it is a standby, or was set so.'),
  // The server closes a session that is idle within its transaction for too long.
  '25P03': LOST,
  '25P04': LOST,
  '28': { kind: 'unreachable', reason: 'The database refuses the user or password that Brim was given.' },
  '3D': { kind: 'unreachable', reason: 'The database that Brim was given does not exist.' },
  '40': BUSY,
  '40002': { kind: 'unable', reason: 'The database gave the transaction up.' },
  '40003': LOST,
  '53': short('The database is short of resources.'),
  '53100': short('The disk of the database is full.'),
  '53200': short('The database is out of memory.'),
  '53300': { kind: 'unreachable', reason: 'The database takes no more connections.' },
  '53400': short('The database is at a limit of its configuration.'),
  '55006': { kind: 'busy', reason: 'Others use what this needs.' },
  '55P03': { kind: 'busy', reason: 'Others hold what this needs.' },
  '57': LOST,
  '57014': { kind: 'slow', reason: 'The database took too long.' },
  '57P03': { kind: 'unreachable', reason: 'The database is starting or stopping.' },
  '58': BROKEN,
  F0: BROKEN,
  XX: BROKEN,
};

const SQL_STATE = /^[0-9A-Z]{5}$/;

/** @returns undefined for a mistake of the statement, and for a text that is no SQLSTATE. */
export function meaningOf(sqlState: string): DatabaseFailure | undefined {
  if (!SQL_STATE.test(sqlState)) return undefined;
  for (let length = sqlState.length; length >= 2; length -= 1) {
    const meaning = MEANINGS[sqlState.slice(0, length)];
    if (meaning) return meaning;
  }
  return undefined;
}
