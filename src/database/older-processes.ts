/**
 * Which builds may write to one database at the same time: those that know the same migrations, and older ones beside the migrations that
 * are named here.
 *
 * A build that does not know a migration writes as if it were not there, and what it leaves out stays wrong for ever. So an older build
 * does not start on a newer schema (migrate.ts), and a newer one does not migrate while older ones run.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '../platform/start-error.ts';

/** Migrations beside which a build that does not know them may go on writing, and why. All others wait until it has ended. */
const MAY_MEET_OLDER: Readonly<Record<string, string>> = {
  '20261127080100_ledger_by_kind': 'an index',
  '20261127191000_token_revocation': 'an older build writes none; until it ends it takes tokens that were revoked',
};

/** The connection on which a process that runs hears of changes bears this name: by it others know that the process runs. */
export const RUNNING_NAME = 'brim feed';

/** How many processes run on this database; of those that came with another role nothing is seen. */
const RUNNING = `SELECT count(*)::int AS running FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${RUNNING_NAME}'`;

export interface OlderProcesses {
  /** One row: how many run. */
  readonly ask: (sql: string) => Promise<{ readonly rows: readonly { readonly running: number }[] }>;
  /** What is about to be applied. */
  readonly pending: readonly string[];
  /** How long they are waited for. */
  readonly waitMs?: number | undefined;
  readonly onWait?: ((sentence: string) => void) | undefined;
}

const LEAVE_MS = 30_000;
const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 5_000;

/** Resolves once no older process runs, or none that minds. @throws StartError where they stay. */
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
