import { type Ask, type Finding, fault, ok, warning } from './finding.ts';

interface ServerRow {
  readonly version: string;
  readonly number: number;
  readonly fsync: string;
  readonly pages: string;
  readonly commit: string;
  readonly standby: boolean;
  readonly read_only: string;
  readonly used: number;
  readonly most: number;
}

const SERVER = `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
  current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages, current_setting('synchronous_commit') AS commit,
  pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') AS read_only,
  (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most`;

const [OLDEST, NEWEST] = [15, 18];
/** A process of Brim opens about so many. */
const CONNECTIONS = 20;

/** The server: whether Brim can write there, and whether what it writes outlives a crash. */
export async function checkServer(ask: Ask): Promise<readonly Finding[]> {
  const [row] = await ask<ServerRow>(SERVER);
  if (!row) return [];
  const { version, number, fsync, pages, commit, standby, read_only, used, most } = row;
  const major = Math.floor(number / 10_000);
  const isTried = major >= OLDEST && major <= NEWEST;
  return [
    isTried
      ? ok('database', `is PostgreSQL ${version}, and answers`)
      : warning('database', `is PostgreSQL ${version}.`, `Brim is tested with ${OLDEST} to ${NEWEST}: use one of these.`),
    ...(standby || read_only === 'on'
      ? [fault('database', 'only reads: it is a standby, or was set so.', 'Give Brim the address of the primary.')]
      : []),
    ...lossless({ fsync, full_page_writes: pages, synchronous_commit: commit }),
    ...(most - used < CONNECTIONS
      ? [
          warning(
            'connections',
            `are ${used} of ${most}: a process of Brim opens about ${CONNECTIONS}.`,
            'Raise max_connections.',
          ),
        ]
      : []),
  ];
}

function lossless(settings: Readonly<Record<string, string>>): readonly Finding[] {
  const off = Object.entries(settings).filter(([, value]) => value === 'off');
  if (off.length === 0) return [ok('durability', 'what is committed is on the disk')];
  return off.map(([name]) =>
    fault(
      'durability',
      `${name} is off: a crash loses what callers were answered.`,
      `Set ${name} to on, for the server, the database and the role.`,
    ),
  );
}
