/**
 * Recognises failures of the database in the errors of Prisma, node-postgres and Node. A failure
 * tells whether a write may have been done all the same.
 */
import { BUSY, type DatabaseFailure, LOST, meaningOf, UNREACHABLE } from './sql-states.ts';

const CROWDED: DatabaseFailure = { kind: 'crowded', reason: 'Too many requests are waiting for the database.' };

/** Codes of Prisma and of Node's sockets, and kinds of Prisma's adapter. */
const NAMED: Readonly<Record<string, DatabaseFailure>> = {
  P1001: UNREACHABLE,
  P1002: UNREACHABLE,
  P1008: LOST,
  P1017: LOST,
  P2024: CROWDED,
  P2028: LOST,
  P2034: BUSY,
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOENT: UNREACHABLE,
  ECONNRESET: LOST,
  EPIPE: LOST,
  ETIMEDOUT: LOST,
  DatabaseNotReachable: UNREACHABLE,
  DatabaseDoesNotExist: UNREACHABLE,
  DatabaseAccessDenied: UNREACHABLE,
  AuthenticationFailed: UNREACHABLE,
  TooManyConnections: UNREACHABLE,
  ConnectionClosed: LOST,
  SocketTimeout: LOST,
  TransactionWriteConflict: BUSY,
};

/**
 * Messages of node-postgres, its pool and Prisma, for errors without a code. The first match wins.
 */
const WORDS: readonly (readonly [RegExp, DatabaseFailure])[] = [
  [/timeout exceeded when trying to connect|Unable to start a transaction in the given time/, CROWDED],
  [/Connection terminated due to connection timeout/, UNREACHABLE],
  [/Connection terminated|Client has encountered a connection error|Server has closed the connection/, LOST],
];

/** @returns undefined where the error is no failure of the database. */
export function failureOf(error: unknown): DatabaseFailure | undefined {
  const all = [...causesOf(error)];
  return find(all, ({ code, originalCode }) => [code, originalCode].map(text).map(meaningOf).find(Boolean)) ?? findByName(all);
}

function findByName(all: readonly Cause[]): DatabaseFailure | undefined {
  const byWords = find(all, ({ message }) => WORDS.find(([words]) => words.test(text(message)))?.[1]);
  return byWords ?? find(all, ({ code, kind }) => NAMED[text(code)] ?? NAMED[text(kind)]);
}

function find(all: readonly Cause[], look: (cause: Cause) => DatabaseFailure | undefined): DatabaseFailure | undefined {
  for (const cause of all) {
    const found = look(cause);
    if (found) return found;
  }
  return undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Cause {
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
}

/** An error, its causes, and the driver's error, which Prisma keeps under `meta` and `cause`. */
function* causesOf(error: unknown): Generator<Cause> {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0) {
    const next = queue.shift();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    if ('cause' in next) queue.push(next.cause);
    if ('meta' in next) queue.push(next.meta);
    if ('driverAdapterError' in next) queue.push(next.driverAdapterError);
    if (next instanceof AggregateError) queue.push(...next.errors);
  }
}
