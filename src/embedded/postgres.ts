/**
 * A real PostgreSQL for a Brim that was given no DATABASE_URL.
 *
 * Its files are in `<dataDir>/postgres` and stay there between starts; it listens on 127.0.0.1 only; its password is
 * made once and lies beside its files, readable by their owner alone. Nothing that was committed is lost by killing
 * Brim: the server is a process of its own, and the next `openEmbeddedPostgres` joins it, or starts one. A server that
 * dies under a live Brim is started again (stay.ts).
 * Several Brims may have one data folder open. They share one server, and the last to close stops it: a server that a
 * live Brim uses is never stopped.
 * Where Brim runs as root and its folders are closed to PostgreSQL's user, a link in the data folder leads to the files (reachable.ts).
 * Refuses, by name, files of another version or owner, or that PostgreSQL's user cannot reach.
 */
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { APP_ROLE, appPassword, DATABASE, prepareDatabase } from './app-role.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { CLUSTER_USER, type Cluster, openCluster } from './cluster.ts';
import { joinServer, type Membership } from './membership.ts';
import { reachableBinaries, reachableClusterDir, SHARED_DIR } from './reachable.ts';
import { findServer, type RunningServer, type ServerSettings, startServer, stopServer } from './server.ts';
import { type Report, stayJoined } from './stay.ts';
import { checkReachable, findSystemUser } from './system-user.ts';

export interface EmbeddedPostgresOptions {
  /** Brim's own folder; made where it does not exist. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /** Hears that the server is gone, why it cannot be started, and that it is back. Left out: `log` does. */
  readonly report?: Report;
  /** Added to the server's settings by whoever starts it. Without `fsync=off` every commit is on the disk. */
  readonly settings?: ServerSettings;
  /** Where root keeps what PostgreSQL's user must reach and cannot reach in its own place. */
  readonly sharedDir?: string;
}

export interface EmbeddedPostgres {
  /** Where the server is now: it may come back at another port. As the role that owns the database, and may do nothing else. */
  readonly url: string;
  /** As the role that made the cluster: may do everything. For tests. */
  readonly adminUrl: string;
  readonly port: number;
  /** What keeps the server away, in a sentence; undefined while it is there. It is started again by itself. */
  trouble(): string | undefined;
  /** Stops the server unless another Brim uses it. Ends the connections that are left. May be called again. */
  close(): Promise<void>;
}

const RETRY_MS = 20;
const GIVE_UP_MS = 120_000;

export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings = {}, log, report = { warn: log, info: log }, sharedDir = SHARED_DIR } = options;
  const dataDir = path.resolve(options.dataDir);
  const user = await findSystemUser(path.join(dataDir, 'postgres'));
  await prepareDataDir(dataDir, user.uid !== undefined);
  const clusterDir = await reachableClusterDir(user, dataDir, sharedDir);
  const binaries = await reachableBinaries(user, await findBinaries(), sharedDir);
  await checkReachable(user, [path.dirname(clusterDir), path.dirname(binaries.postgres)]);
  const durable = settings['fsync'] !== 'off';
  const cluster = await openCluster({ dir: clusterDir, user, binaries, durable });
  const { server, membership } = await joinOrStart({ cluster, binaries, settings });
  await prepareDatabase(cluster, server.port, membership.run);
  log(`Embedded PostgreSQL ${binaries.majorVersion} in ${clusterDir}, process ${server.pid}, 127.0.0.1:${server.port}`);
  const stay = stayJoined({ cluster, binaries, settings, server, membership, report });
  const urlOf = (role: string, password: string) => `postgresql://${role}:${password}@127.0.0.1:${stay.server.port}/${DATABASE}`;
  let closed: Promise<void> | undefined;
  return {
    get url() {
      return urlOf(APP_ROLE, appPassword(cluster));
    },
    get adminUrl() {
      return urlOf(CLUSTER_USER, cluster.password);
    },
    get port() {
      return stay.server.port;
    },
    trouble: stay.trouble,
    close() {
      closed ??= stay.leave().then((last) => (last ? stopServer(cluster, binaries) : undefined));
      return closed;
    },
  };
}

/** Brim's folder is private, but PostgreSQL's user must be able to pass through it. */
async function prepareDataDir(dataDir: string, passedByAnother: boolean): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (!passedByAnother) return;
  const { mode } = await stat(dataDir);
  if ((mode & 0o011) !== 0o011) await chmod(dataDir, (mode & 0o777) | 0o011);
}

interface Joined {
  readonly server: RunningServer;
  readonly membership: Membership;
}

interface ServerPlace {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
}

/** Whatever others do meanwhile, start, stop or die: it tries until it has joined a server. */
async function joinOrStart({ cluster, binaries, settings }: ServerPlace): Promise<Joined> {
  const giveUp = AbortSignal.timeout(GIVE_UP_MS);
  for (;;) {
    const server = await findServer(cluster);
    const membership = server && (await joinServer(cluster, server));
    if (server && membership) return { server, membership };
    if (!server && (await startServer(cluster, binaries, settings))) continue;
    if (giveUp.aborted) {
      const found = server ? `process ${server.pid} is there but does not answer at port ${server.port}` : 'none started';
      throw new Error(`No embedded PostgreSQL in ${cluster.dir} within ${GIVE_UP_MS / 1000} s: ${found}.`);
    }
    await wait(RETRY_MS);
  }
}
