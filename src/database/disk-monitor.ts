/**
 * Knows when the database cannot write to its disk. It learns so from the first statement that is
 * refused for that reason, reports it in the log and in /ready, and tests the disk until there is
 * space again.
 */
import type { Log } from '../platform/log.ts';
import { type Repeating, repeat } from '../platform/repeat.ts';
import type { Database } from './database.ts';

export interface DiskMonitor {
  /** Receives the SQLSTATE of every statement that the server refused. */
  onRefused(sqlState: string): void;
  /** The problem in a sentence; undefined where none is known. */
  problem(): string | undefined;
  close(): Promise<void>;
}

const TRY_EVERY_MS = 5_000;
/** disk_full, and system_error with its whole class. */
const DISK_STATES = /^(53100|58...)$/;

export function openDiskMonitor({ writer, log }: { readonly writer: () => Database; readonly log: Log }): DiskMonitor {
  let problem: string | undefined;
  let trials: Repeating | undefined;

  function onRefused(sqlState: string): void {
    if (!DISK_STATES.test(sqlState)) return;
    const isNew = problem === undefined;
    problem =
      sqlState === '53100'
        ? 'The disk of the database is full: what is written is refused until there is room on it.'
        : `The database server reports an error of its disk or system (${sqlState}): what is written may be refused.`;
    if (!isNew) return;
    log.error({ sqlState }, `database: ${problem}`);
    trials = repeat({ everyMs: TRY_EVERY_MS, run: tryDisk });
  }

  async function tryDisk(): Promise<'done'> {
    await writer().transaction(takeRoom);
    problem = undefined;
    log.info('database: its disk can be written to again');
    return 'done';
  }

  return {
    onRefused,
    problem: () => problem,
    async close() {
      await trials?.close();
    },
  };
}

/** Writes half a MiB of new pages, which are dropped with the transaction. */
const takeRoom: Parameters<Database['transaction']>[0] = (transaction) =>
  transaction.$executeRaw`
    CREATE TEMPORARY TABLE brim_room ON COMMIT DROP AS SELECT repeat('0', 1000) AS room FROM generate_series(1, 500)`;
