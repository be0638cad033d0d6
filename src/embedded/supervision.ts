/**
 * Keeps this Brim joined to the server, and the server alive, until the Brim leaves.
 *
 * It joins again after its connection broke, so that another Brim's close does not stop a server in
 * use. Where the server itself has died (its process was killed, its disk was full), it starts it
 * again: at its last port, or at another one if that is taken, and every Brim on the folder follows
 * it there. PostgreSQL's own lock file lets one of several concurrent starts succeed. It never
 * makes files anew: where they are missing or of another version, it says so and waits for them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type Cluster, checkVersion } from './cluster.ts';
import { findServer, type RunningServer, type ServerSettings, startServer } from './server.ts';
import { joinServer, type SharedLock } from './shared-lock.ts';

/**
 * The pause grows with each attempt, and stays short enough for an operator who has just freed
 * space on the disk.
 */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;
/**
 * How long leaving waits for a running start. A server that starts later is found by the next Brim.
 */
const LEAVE_TIMEOUT_MS = 10_000;

export interface Supervision {
  /** The server that was joined last. */
  readonly server: RunningServer;
  /** Why the server is away, in a sentence; undefined while it is there. */
  problem(): string | undefined;
  /** True where nobody else uses the server, so that the caller stops it. */
  leave(): Promise<boolean>;
}

/** Receives messages for the operator. */
export interface SupervisionLog {
  warn(message: string): void;
  info(message: string): void;
}

export interface SupervisionDeps {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
  readonly server: RunningServer;
  readonly lock: SharedLock;
  readonly report: SupervisionLog;
}

export function superviseServer({ cluster, binaries, settings, report, ...first }: SupervisionDeps): Supervision {
  const leaving = new AbortController();
  const pause = (ms: number) => wait(ms, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
  let { server } = first;
  let current: Promise<SharedLock | undefined> = Promise.resolve(first.lock);
  let problem: string | undefined;
  onLockLost(first.lock);

  function onLockLost(lock: SharedLock): void {
    void lock.gone.then(() => {
      if (leaving.signal.aborted) return;
      say(`The connection to the embedded PostgreSQL in ${cluster.dir} broke.`);
      current = rejoin();
    });
  }

  /** A repeated problem is not reported again. */
  function say(what: string): void {
    if (what !== problem) report.warn(what);
    problem = what;
  }

  async function rejoin(): Promise<SharedLock | undefined> {
    for (let retryMs = FIRST_RETRY_MS; !leaving.signal.aborted; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      await pause(retryMs);
      const lock = leaving.signal.aborted ? undefined : await joinOrStart().catch(sayError);
      if (!lock) continue;
      report.info(`The embedded PostgreSQL in ${cluster.dir} is there again, at 127.0.0.1:${server.port}.`);
      problem = undefined;
      onLockLost(lock);
      return lock;
    }
    return undefined;
  }

  async function joinOrStart(): Promise<SharedLock | undefined> {
    const found = (await findServer(cluster)) ?? (await start());
    const lock = found && (await joinServer(cluster, found));
    if (lock) server = found;
    return lock;
  }

  async function start(): Promise<RunningServer | undefined> {
    await checkVersion(cluster.dir, binaries);
    await startServer(cluster, binaries, settings);
    return findServer(cluster);
  }

  function sayError(error: unknown): undefined {
    say(error instanceof Error ? error.message : String(error));
  }

  const join = async () => {
    const found = await findServer(cluster);
    return found && joinServer(cluster, found).catch(() => undefined);
  };

  return {
    get server() {
      return server;
    },
    problem: () => problem,
    async leave() {
      leaving.abort();
      const lock = (await Promise.race([current, wait(LEAVE_TIMEOUT_MS, undefined, { ref: false })])) ?? (await join());
      const last = (await lock?.leave().catch(() => false)) ?? false;
      if (!last) await lock?.close();
      return last;
    },
  };
}
