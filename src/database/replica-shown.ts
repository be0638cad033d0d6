/**
 * Whether the primary shows all that a replica has shown.
 *
 * A replica may be ahead: a commit is sent to it once it is on the primary's disk, and the primary
 * shows it a moment later, or much later where it waits for a synchronous standby. Whoever saw it
 * on the replica would see less on the primary afterwards, and a failover could lose it.
 */

/** On the replica, after the read: each transaction that it has shown has a smaller number. */
export const SHOWN_BEFORE = 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS shown';

/** On the primary; $1 is that number. What it runs, or has not heard of, of what is before it. */
export const RUNNING = `SELECT ARRAY(
    SELECT xid::text FROM pg_snapshot_xip(here) AS xid WHERE xid < $1::text::xid8
    UNION ALL SELECT xid::text FROM generate_series(pg_snapshot_xmax(here)::text::int8, $1::text::int8 - 1) AS xid
  ) AS running FROM pg_current_snapshot() AS here`;

/** On the replica; $1 is what runs on the primary. */
export const ANY_COMMITTED = `SELECT EXISTS (
    SELECT FROM unnest($1::text[]) AS xid WHERE pg_xact_status(xid::xid8) = 'committed') AS committed`;
