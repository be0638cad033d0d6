/**
 * A real pgbouncer in transaction mode before a test's database, as it comes: it refuses every
 * startup parameter that it does not know, and gives each transaction any of a few server
 * connections.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { runOn } from './database-url.ts';
import { patience } from './deadlines.ts';
import { endProgram, findProgram, freePort, hasProgram } from './programs.ts';

export interface Pgbouncer {
  /** The same database, by way of the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

const SERVER_CONNECTIONS = 4;
/** It does not run as root, and "nobody" is on every system. */
const NOBODY = 65_534;
const PROGRAM = findProgram('pgbouncer');

/** @throws Error in CI where there is no pgbouncer. */
export const hasPgbouncer = () => hasProgram('pgbouncer', 'nothing was tried behind a pooler');

export async function openPgbouncer(databaseUrl: string): Promise<Pgbouncer> {
  if (PROGRAM === undefined) throw new Error('pgbouncer is not installed');
  const { hostname, port, username, password } = new URL(databaseUrl);
  const dir = await mkdtemp(path.join(tmpdir(), 'brim-pgbouncer-'));
  const listenPort = await freePort();
  const configFile = path.join(dir, 'pgbouncer.ini');
  const usersFile = path.join(dir, 'users.txt');
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${usersFile}`,
    'pool_mode = transaction',
    `default_pool_size = ${SERVER_CONNECTIONS}`,
  ];
  await writeFile(configFile, `${settings.join('\n')}\n`);
  await writeFile(usersFile, `"${username}" "${password}"\n`);
  await chmod(dir, 0o755);
  const child = spawn(PROGRAM, ['-q', configFile], { ...owner, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(listenPort);
  await vi
    .waitFor(() => runOn(url.href, 'SELECT'), { timeout: patience(10_000) })
    .catch(async (cause: unknown) => {
      await endProgram(child);
      throw new Error(`pgbouncer did not start: ${said}`, { cause });
    });
  return {
    url: url.href,
    async close() {
      await endProgram(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
