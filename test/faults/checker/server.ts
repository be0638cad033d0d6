/**
 * A database server of the checker's own: it is stopped in the middle of everything, as by a power
 * cut, and started again.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBinaries } from '../../../src/embedded/binaries.ts';
import { openEmbeddedPostgres } from '../../../src/embedded/postgres.ts';
import { runProgram } from '../../../src/embedded/program.ts';
import { reachableBinaries, SHARED_DIR } from '../../../src/embedded/reachable.ts';
import { findSystemUser } from '../../../src/embedded/system-user.ts';

export interface DatabaseServer {
  readonly url: string;
  /** Resolves when it takes connections again, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openDatabaseServer(): Promise<DatabaseServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-faults-'));
  await chmod(dataDir, 0o755);
  const { url, close } = await openEmbeddedPostgres({ dataDir, log: () => undefined });
  const dir = path.join(dataDir, 'postgres');
  const user = await findSystemUser(dir);
  const { pgCtl } = await reachableBinaries(user, await findBinaries(), SHARED_DIR);
  return {
    url,
    async restart() {
      const args = ['restart', '--wait', '--mode=immediate', `--pgdata=${dir}`, `--log=${path.join(dir, 'brim.log')}`];
      const { exitCode, output } = await runProgram({ path: pgCtl, args, user, workingDir: dir });
      if (exitCode !== 0) throw new Error(`the database server did not start again: ${output}`);
    },
    async close() {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
