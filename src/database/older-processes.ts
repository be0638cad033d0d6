/**
 * Prevents older builds from writing to a database with a newer schema.
 *
 * A build that does not know a migration writes as if it did not exist, and the missing values stay
 * missing. So an older build does not start on a newer schema (migrate.ts), and a newer one does
 * not migrate while older processes run, except for the migrations that are listed here.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '../platform/start-error.ts';

/**
 * Migrations beside which builds that do not know them may continue to write, and why. All others
 * wait for the end of older processes.
 */
const MAY_MEET_OLDER: Readonly<Record<string, string>> = {
  '20261127080100_ledger_by_kind': 'an index',
  '20261127191000_token_revocation': 'an older build writes none; until it ends it takes tokens that were revoked',
  '20261128061500_saved_methods': 'two columns that an older build neither reads nor writes',
  '20261128100000_one_index_of_a_feature': 'an index; until it ends an older build reads a feature’s page by a longer way',
  '20261128100100_notify_after_commit': 'an older build does not ask for it, so the trigger notifies as before',
  '20261128130000_positions': 'a column that the database fills',
  '20261128120100_auto_top_up_pushes': 'triggers that notify; nobody asks an older build for what they tell',
  '20261128170000_audit_reason': 'a column that an older build leaves empty',
  '20261128154000_catalog_metadata': 'columns with a default; a version of a plan that an older build makes has no metadata',
  '20261128130100_balance_alerts': 'tables that an older build neither reads nor writes; what it writes triggers no alert',
  '20261128160000_holds_of_a_customer': 'an index',
  '20261128180000_ledger_of_all': 'an index',
  '20261128152000_secret_keys': 'a table that an older build neither reads nor writes; it knows no issued key',
};

/**
 * The application name of the connection on which a running process listens for changes. Other
 * processes recognise a running process by it.
 */
export const RUNNING_NAME = 'brim feed';

/** The number of processes on this database. Those of another role are invisible. */
const RUNNING = `SELECT count(*)::int AS running FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${RUNNING_NAME}'`;

export interface OlderProcesses {
  /** Returns one row with the number of running processes. */
  readonly ask: (sql: string) => Promise<{ readonly rows: readonly { readonly running: number }[] }>;
  /** The migrations to apply. */
  readonly pending: readonly string[];
  /** How long to wait for their end. */
  readonly waitMs?: number | undefined;
  readonly onWait?: ((sentence: string) => void) | undefined;
}

const LEAVE_MS = 30_000;
const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 5_000;

/**
 * Resolves once no older process runs, or all pending migrations may run beside one.
 * @throws StartError where older processes stay.
 */
export async function waitForOlderProcesses({ ask, pending, waitMs = LEAVE_MS, onWait }: OlderProcesses): Promise<void> {
  const alone = pending.filter((name) => MAY_MEET_OLDER[name] === undefined);
  const end = performance.now() + waitMs;
  for (let tellAt = 0; alone.length > 0; ) {
    const running = (await ask(RUNNING)).rows[0]?.running ?? 0;
    if (running === 0) return;
    const leftMs = end - performance.now();
    const what = `${running} older ${running === 1 ? 'process of Brim runs' : 'processes of Brim run'} on this database, which must not write beside ${alone.join(', ')}.`;
    if (leftMs <= 0) {
      throw new StartError(
        `${what} Stop them, then start this one: nothing was migrated. Where none of them lives any more, and only their connections are left, set BRIM_MIGRATE_BESIDE_OLDER=true.`,
      );
    }
    if (performance.now() >= tellAt) {
      onWait?.(`${what} Waiting another ${Math.ceil(leftMs / 1_000)} s for their end.`);
      tellAt = performance.now() + TELL_EVERY_MS;
    }
    await wait(LOOK_EVERY_MS);
  }
}
