/**
 * Backups as an operator makes them: a copy of a server's files while it runs, and an archive of
 * its log, with which the copy can be brought to any later moment.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { runOn } from './database-url.ts';
import { configure, openServer, type PostgresServer, type ServerFiles } from './standby.ts';
import { until } from './witness.ts';

export interface LogArchive {
  /** Names this moment. Resolves when the archive has the log up to it. */
  mark(moment: string): Promise<void>;
  /** Starts a server on a backup, as it was at that moment. */
  restore(backup: ServerFiles, moment: string): Promise<PostgresServer>;
  close(): Promise<void>;
}

/** Give it to `openPrimary`: a server archives only if it was started so. */
export const ARCHIVES = { archive_mode: 'on' };

export async function openArchive(server: PostgresServer): Promise<LogArchive> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brim-archive-'));
  await chmod(folder, 0o777);
  await runOn(server.url, `ALTER SYSTEM SET archive_command TO 'cp "%p" "${folder}/%f"'`);
  await runOn(server.url, 'SELECT pg_reload_conf()');
  return {
    async mark(moment) {
      const [marked] = await runOn(server.url, `SELECT pg_walfile_name(pg_create_restore_point('${moment}')) AS file`);
      await runOn(server.url, 'SELECT pg_switch_wal()');
      await until(async () => {
        const [archived] = await runOn(server.url, 'SELECT last_archived_wal AS file FROM pg_stat_archiver');
        expect(String(archived?.['file']) >= String(marked?.['file'])).toBe(true);
      }, 30_000);
    },
    async restore(backup, moment) {
      const restore = { restore_command: `cp "${folder}/%f" "%p"`, recovery_target_name: moment };
      await configure(backup.cluster, { ...restore, recovery_target_action: 'promote' }, 'recovery.signal');
      const restored = await openServer(backup);
      await until(async () => {
        expect(await runOn(restored.url, 'SELECT pg_is_in_recovery() AS recovers')).toEqual([{ recovers: false }]);
      }, 30_000);
      return restored;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
