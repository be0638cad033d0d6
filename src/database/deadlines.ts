/**
 * How long statements may take, and the settings that make PostgreSQL keep to it.
 *
 * Startup parameters are not used, because poolers refuse them. Session settings are not used where
 * a pooler is in between, because it gives the session to others. The settings of a transaction are
 * sent with its BEGIN, in the same message.
 */
import { SESSION_SETTINGS } from './session-settings.ts';

/**
 * How long to wait for a row that another transaction has locked, before the caller is told to try
 * again.
 */
const LOCK_TIMEOUT_MS = 4_000;
/**
 * The server ends a transaction whose owner has been paused for this long, so that its locks block
 * nobody for ever.
 */
const IDLE_TRANSACTION_TIMEOUT_MS = 8_000;
/**
 * The longest run of a statement. The server enforces it, but behind a pooler only inside a
 * transaction; a statement that only reads is canceled from here, too.
 */
export const STATEMENT_TIMEOUT_MS = 6_000;
/** A live server has answered or refused by then. */
const SILENT_AFTER_MS = 8_000;
/** The longest time of a transaction's first statement. */
export const BEGIN_MS = 3_000;

/**
 * Sent in one message: times are read and written in UTC, independent of the server's time zone,
 * and no wait is unbounded.
 */
export const BEGIN_TEXT = [
  'BEGIN ISOLATION LEVEL READ COMMITTED',
  "SET LOCAL TimeZone TO 'UTC'",
  `SET LOCAL lock_timeout TO ${LOCK_TIMEOUT_MS}`,
  `SET LOCAL statement_timeout TO ${STATEMENT_TIMEOUT_MS}`,
  `SET LOCAL idle_in_transaction_session_timeout TO ${IDLE_TRANSACTION_TIMEOUT_MS}`,
].join('; ');

/**
 * The only setting that poolers keep for each client. The pid is that of the server process behind
 * the connection.
 */
export const INTRODUCTION = "SELECT set_config('TimeZone', 'UTC', false), pg_backend_pid() AS pid";

/**
 * The server ends what waits for a lock or runs long, also outside of transactions. It never ends a
 * commit.
 */
export const BOUNDS = `SET lock_timeout TO ${LOCK_TIMEOUT_MS}; SET statement_timeout TO ${STATEMENT_TIMEOUT_MS}`;

export const PING = 'SELECT 1 AS alive';

/** These statements are short and are never canceled. COMMIT waits for a disk and for standbys. */
const SILENT_AFTER_OF: Readonly<Record<string, number>> = {
  ...{ BEGIN: BEGIN_MS, COMMIT: 4_000, ROLLBACK: 2_000 },
  ...{ [INTRODUCTION]: BEGIN_MS, [BOUNDS]: BEGIN_MS, [PING]: 2_000 },
  ...Object.fromEntries(Object.values(SESSION_SETTINGS).map((text) => [text, BEGIN_MS])),
};

/** True for what the protocol of a connection needs, beside its statements. */
export function isShort(text: string): boolean {
  return text in SILENT_AFTER_OF;
}

/** After how long without an answer the server counts as silent. */
export function silentAfterMs(text: string): number {
  return SILENT_AFTER_OF[text] ?? SILENT_AFTER_MS;
}

const WRITES = /\b(INSERT|UPDATE|DELETE|MERGE)\b/i;

/**
 * True for what is never canceled from here. Without a transaction around it, it may be committed
 * already and wait for a synchronous standby: a cancel would end that wait, and show everybody what
 * is lost with this server.
 */
export function mayWrite(text: string): boolean {
  return WRITES.test(text);
}
