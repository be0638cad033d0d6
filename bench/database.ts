/** A PostgreSQL of the benchmark's own, as durable as in production: fsync is on. */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEmbeddedPostgres } from '../src/embedded/postgres.ts';

export interface BenchDatabase {
  readonly url: string;
  /** The process that starts all others of the server. */
  readonly pid: number;
  close(): Promise<void>;
}

/** It is gone with this process, also where that fails or is interrupted. */
export async function openDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-bench-'));
  const postgres = await openEmbeddedPostgres({ dataDir, log: () => undefined });
  const server = Number.parseInt(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  let isClosed = false;
  process.once('exit', () => {
    if (!isClosed) process.kill(server, 'SIGQUIT');
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    url: postgres.url,
    pid: server,
    async close() {
      await postgres.close();
      isClosed = true;
    },
  };
}
