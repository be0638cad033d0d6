/**
 * The server process of one cluster: finding, starting and stopping it.
 *
 * It is a process of its own that outlives Brim's death and a terminal's Ctrl-C, because `pg_ctl`
 * detaches it. It listens on 127.0.0.1 only, at the port of its last run where that is free, and on
 * no Unix socket. Its output goes to `brim.log` in the cluster's folder. PostgreSQL's own lock
 * file, `postmaster.pid`, allows one server per cluster and contains its port.
 */
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { runProgram } from './program.ts';
import { codeOf } from './system-error.ts';

/** PostgreSQL's run-time parameters by name, as in `postgres -c name=value`. */
export type ServerSettings = Readonly<Record<string, string>>;

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

const DEFAULT_SETTINGS: ServerSettings = { max_connections: '100', log_checkpoints: 'off', timezone: 'UTC' };
const FIXED_SETTINGS: ServerSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;
const START_TIMEOUT_S = 120;
const FAST_STOP_TIMEOUT_S = 20;
const IMMEDIATE_STOP_TIMEOUT_S = 10;

/** The live server of this cluster, started by any Brim. It may be starting or stopping. */
export async function findServer(cluster: Cluster): Promise<RunningServer | undefined> {
  const lockFile = path.join(cluster.dir, 'postmaster.pid');
  const text = await readText(lockFile);
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return undefined;
  if (!isAlive(pid)) return undefined;
  if (await runsElsewhere(pid, cluster.dir)) {
    // The server died and another process has its process id now, as happens when a container
    // starts again. PostgreSQL would take that for a live server and refuse to start.
    if ((await readText(lockFile)) === text) await rm(lockFile, { force: true });
    return undefined;
  }
  return { pid, port };
}

/**
 * Starts the server. Returns false where it could not start now but may in a moment: another start
 * came first, the port was taken, or the last process of a killed server is still ending.
 * @throws Error, with PostgreSQL's reason, where it did not start.
 */
export async function startServer(cluster: Cluster, binaries: Binaries, settings: ServerSettings): Promise<boolean> {
  const logFile = path.join(cluster.dir, 'brim.log');
  const logStart = await turnLog(logFile);
  const port = await choosePort(cluster);
  const parameters = Object.entries({ ...DEFAULT_SETTINGS, ...settings, ...FIXED_SETTINGS }).map(formatSetting);
  const { exitCode, output } = await runProgram({
    path: binaries.pgCtl,
    args: [
      ...['start', '--wait', `--timeout=${START_TIMEOUT_S}`, `--pgdata=${cluster.dir}`, `--log=${logFile}`],
      `--options=-p ${port} ${parameters.join(' ')}`,
    ],
    user: cluster.user,
    workingDir: cluster.dir,
  });
  if (exitCode === 0) {
    await writeFile(portFile(cluster), String(port)).catch(() => undefined);
    return true;
  }
  const said = (await readText(logFile)).slice(logStart);
  if (/lock file ".*" already exists|pre-existing shared memory block|Address already in use/.test(said)) return false;
  if (/the PID file ".*" is empty/.test(output)) return false;
  throw new Error(`The embedded PostgreSQL in ${cluster.dir} did not start: ${reasonIn(said) ?? output} (see ${logFile})`);
}

/** The server's last message before it gave up. */
function reasonIn(said: string): string | undefined {
  return said.match(/(?<=(FATAL|PANIC): +).+/g)?.at(-1);
}

/**
 * Ends every connection, writes pending changes, and waits for the server's end. Does nothing where
 * none runs.
 */
export async function stopServer(cluster: Cluster, binaries: Binaries): Promise<void> {
  const stop = (mode: 'fast' | 'immediate', timeoutS: number) =>
    runProgram({
      path: binaries.pgCtl,
      args: ['stop', '--wait', `--timeout=${timeoutS}`, `--mode=${mode}`, `--pgdata=${cluster.dir}`],
      user: cluster.user,
      workingDir: cluster.dir,
    });
  const { exitCode } = await stop('fast', FAST_STOP_TIMEOUT_S);
  if (exitCode === 0 || (await findServer(cluster)) === undefined) return;
  // Loses nothing that was committed: the next start replays the write-ahead log.
  const { output } = await stop('immediate', IMMEDIATE_STOP_TIMEOUT_S);
  const left = await findServer(cluster);
  if (left !== undefined) throw new Error(`The embedded PostgreSQL (process ${left.pid}) did not stop: ${output}`);
}

/**
 * `pg_ctl` passes the options to a shell, so values may contain only characters without a meaning
 * in shells.
 */
function formatSetting([name, value]: [string, string]): string {
  if (!/^[a-z_.]+$/.test(name) || !/^[\w.:/-]*$/.test(value)) {
    throw new Error(`The server setting ${name} = ${JSON.stringify(value)} is not a plain name and word.`);
  }
  return `-c ${name}=${value}`;
}

const portFile = ({ dir }: Cluster) => path.join(dir, 'brim-port');

/** The port of its last run, unless another program has taken it. */
async function choosePort(cluster: Cluster): Promise<number> {
  const last = Number(await readText(portFile(cluster)));
  const isPort = Number.isInteger(last) && last > 0 && last <= 65_535;
  return (isPort ? await findFreePort(last).catch(() => undefined) : undefined) ?? findFreePort(0);
}

/** @param wanted 0: any. */
function findFreePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no free port on 127.0.0.1.'));
      });
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * True where the process is known not to be a server of this folder. Without that knowledge it may
 * be one.
 */
async function runsElsewhere(pid: number, clusterDir: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // By the command line, because root in a container may not read the working directory of another
  // user's process.
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine === undefined) return false;
  const [program = '', ...args] = commandLine.split('\0');
  if (path.basename(program) !== 'postgres') return true;
  const servedDir = await realpath(args[args.indexOf('-D') + 1] ?? '').catch(() => undefined);
  return servedDir !== undefined && servedDir !== (await realpath(clusterDir));
}

/**
 * Starts a new log file where the old one has grown, keeps the old one, and returns the present
 * length.
 */
async function turnLog(logFile: string): Promise<number> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size < LOG_LIMIT_BYTES) return (await readText(logFile)).length;
  await rename(logFile, `${logFile}.old`);
  return 0;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
