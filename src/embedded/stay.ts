/**
 * Stays one of the server's users until it leaves, and keeps the server alive meanwhile.
 *
 * It joins again after its connection broke, so that another Brim's close does not stop a server that is in use. Where
 * the server itself is gone (its process was killed, its disk was full), it starts it again: at its last port, or where
 * somebody else has taken that, at another one, and then every Brim that has the folder open follows it there. Of
 * several that try at once, PostgreSQL's own lock file lets one. It never makes files anew: where they are missing or of
 * another version, it says so and waits for them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type Cluster, checkVersion } from './cluster.ts';
import { joinServer, type Membership } from './membership.ts';
import { findServer, type RunningServer, type ServerSettings, startServer } from './server.ts';

/** Retried ever more slowly, and soon enough for somebody who has just made room on the disk. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;
/** How long leaving waits for a start that is under way; a server that comes later is found by the next Brim. */
const LEAVE_TIMEOUT_MS = 10_000;

export interface Stay {
  /** The server as it was last joined. */
  readonly server: RunningServer;
  /** What keeps the server away, in a sentence; undefined while it is there. */
  trouble(): string | undefined;
  /** True where nobody else is left, so that the caller stops the server. */
  leave(): Promise<boolean>;
}

/** What somebody who runs Brim should know. */
export interface Report {
  warn(message: string): void;
  info(message: string): void;
}

export interface StayDeps {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
  readonly server: RunningServer;
  readonly membership: Membership;
  readonly report: Report;
}

export function stayJoined({ cluster, binaries, settings, report, ...first }: StayDeps): Stay {
  const leaving = new AbortController();
  const pause = (ms: number) => wait(ms, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
  let { server } = first;
  let current: Promise<Membership | undefined> = Promise.resolve(first.membership);
  let trouble: string | undefined;
  watch(first.membership);

  function watch(membership: Membership): void {
    void membership.gone.then(() => {
      if (leaving.signal.aborted) return;
      say(`The connection to the embedded PostgreSQL in ${cluster.dir} broke.`);
      current = rejoin();
    });
  }

  /** The same again is no news. */
  function say(what: string): void {
    if (what !== trouble) report.warn(what);
    trouble = what;
  }

  async function rejoin(): Promise<Membership | undefined> {
    for (let retryMs = FIRST_RETRY_MS; !leaving.signal.aborted; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      await pause(retryMs);
      const membership = leaving.signal.aborted ? undefined : await joinOrStart().catch(sayError);
      if (!membership) continue;
      report.info(`The embedded PostgreSQL in ${cluster.dir} is there again, at 127.0.0.1:${server.port}.`);
      trouble = undefined;
      watch(membership);
      return membership;
    }
    return undefined;
  }

  async function joinOrStart(): Promise<Membership | undefined> {
    const found = (await findServer(cluster)) ?? (await start());
    const membership = found && (await joinServer(cluster, found));
    if (membership) server = found;
    return membership;
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
    trouble: () => trouble,
    async leave() {
      leaving.abort();
      const membership = (await Promise.race([current, wait(LEAVE_TIMEOUT_MS, undefined, { ref: false })])) ?? (await join());
      const last = (await membership?.leave().catch(() => false)) ?? false;
      if (!last) await membership?.close();
      return last;
    },
  };
}
