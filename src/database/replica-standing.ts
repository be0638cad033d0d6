/**
 * Whether a replica may answer: what the primary and the replica say of themselves, and the rule.
 *
 * The primary says how far it has written, after a read was asked for. All that anybody was
 * answered before that, by any process, lies before this position. A replica that has replayed up
 * to it lacks nothing of it.
 *
 * Positions can be compared within one history only. After a failover the new primary writes
 * another one, under a new timeline. A replica's control file may learn late that it follows it.
 * Its receiver knows at once, and never follows a timeline that began before what it has replayed;
 * only roles with pg_read_all_stats may ask it.
 */

/** How far the primary has written, and in which history. */
export interface Position {
  readonly lsn: string;
  readonly timeline: number;
  /** The identifier of the cluster: a replica has its primary's. */
  readonly system: string;
  readonly database: number;
}

const IDENTITY = `(SELECT system_identifier::text FROM pg_control_system()) AS system,
  (SELECT oid FROM pg_database WHERE datname = current_database()) AS database`;

/**
 * On the primary. A commit is flushed before anybody sees it; where synchronous_commit is off, it
 * is only written.
 */
export const POSITION = `SELECT ${IDENTITY},
  (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END)::text
    AS lsn,
  ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline`;

/** What a replica says of itself. */
export interface Standing extends Pick<Position, 'timeline' | 'system' | 'database'> {
  readonly isStandby: boolean;
  /** What it has not replayed yet; zero or less: nothing; null: it replays nothing at all. */
  readonly behindBytes: number | null;
}

/** On the replica; $1 is the primary's position. */
export const STANDING = `SELECT ${IDENTITY}, pg_is_in_recovery() AS "isStandby",
  (SELECT greatest(c.timeline_id, r.min_recovery_end_timeline, (SELECT received_tli FROM pg_stat_wal_receiver))
    FROM pg_control_checkpoint() c, pg_control_recovery() r) AS timeline,
  pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn())::float8 AS "behindBytes"`;

export type Verdict =
  | { readonly is: 'current' }
  /** It may be current in a moment. */
  | { readonly is: 'behind'; readonly bytes: number }
  /** It will not be without an operator, or a failover's end. */
  | { readonly is: 'unfit'; readonly why: string };

/** What a replica with this standing is worth for a read that was asked for at this position. */
export function judge(position: Position, standing: Standing): Verdict {
  const { isStandby, timeline, system, database, behindBytes } = standing;
  const unfit = (why: string): Verdict => ({ is: 'unfit', why });
  if (system !== position.system) return unfit('it belongs to another database cluster than DATABASE_URL.');
  if (database !== position.database) return unfit('it is another database of the cluster than DATABASE_URL.');
  if (!isStandby) return unfit('it is no standby: it was promoted, or is the primary itself.');
  if (timeline !== position.timeline) {
    return unfit(`it follows timeline ${timeline}, and the primary writes ${position.timeline}, as after a failover.`);
  }
  if (behindBytes === null) return unfit('it does not say how far it has replayed.');
  return behindBytes > 0 ? { is: 'behind', bytes: behindBytes } : { is: 'current' };
}
