/**
 * A real PostgreSQL for a Brim without a DATABASE_URL.
 *
 * Its files are in `<dataDir>/postgres` and stay there between starts. It listens on 127.0.0.1
 * only. Its password is made once, and is kept beside its files, readable by their owner only.
 * Killing Brim loses no committed row: the server is a process of its own, and the next
 * `openEmbeddedPostgres` joins it or starts a new one. A server that dies under a live Brim is
 * started again (supervision.ts).
 *
 * Several Brims may use one data folder. They share one server, and the last one to close stops it;
 * no Brim stops a server that another one uses. Where Brim runs as root and its folders are closed
 * to PostgreSQL's user, a link in the data folder leads to the files (reachable.ts). It refuses, by
 * name, files of another version or owner, and files that PostgreSQL's user cannot reach.
 */
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { APP_ROLE, appPassword, DATABASE, prepareDatabase } from './app-role.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { CLUSTER_USER, type Cluster, openCluster } from './cluster.ts';
import { reachableBinaries, reachableClusterDir, SHARED_DIR } from './reachable.ts';
import { findServer, type RunningServer, type ServerSettings, startServer, stopServer } from './server.ts';
import { joinServer, type SharedLock } from './shared-lock.ts';
import { type SupervisionLog, superviseServer } from './supervision.ts';
import { checkReachable, findSystemUser } from './system-user.ts';

export interface EmbeddedPostgresOptions {
  /** Brim's own folder; made where it does not exist. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /**
   * Receives messages when the server has died, why it cannot be started, and when it is back. Left
   * out: `log`.
   */
  readonly report?: SupervisionLog;
  /**
   * Added to the server's settings by the Brim that starts it. Without `fsync=off` every commit is
   * on the disk.
   */
  readonly settings?: ServerSettings;
  /**
   * The folder in which root keeps files that PostgreSQL's user cannot reach in their usual place.
   */
  readonly sharedDir?: string;
}

export interface EmbeddedPostgres {
  /**
   * The server's present URL; it may return at another port. For the role that owns the database,
   * and may do nothing else.
   */
  readonly url: string;
  /** For the role that made the cluster, and may do everything. For tests. */
  readonly adminUrl: string;
  readonly port: number;
  /**
   * Why the server is away, in a sentence; undefined while it is there. Brim starts it again by
   * itself.
   */
  problem(): string | undefined;
  /**
   * Stops the server unless another Brim uses it, and ends the remaining connections. May be called
   * again.
   */
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
  const { server, lock } = await joinOrStart({ cluster, binaries, settings });
  await prepareDatabase(cluster, server.port, lock.run);
  log(`Embedded PostgreSQL ${binaries.majorVersion} in ${clusterDir}, process ${server.pid}, 127.0.0.1:${server.port}`);
  const supervision = superviseServer({ cluster, binaries, settings, server, lock, report });
  const urlOf = (role: string, password: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${supervision.server.port}/${DATABASE}`;
  let closed: Promise<void> | undefined;
  return {
    get url() {
      return urlOf(APP_ROLE, appPassword(cluster));
    },
    get adminUrl() {
      return urlOf(CLUSTER_USER, cluster.password);
    },
    get port() {
      return supervision.server.port;
    },
    problem: supervision.problem,
    close() {
      closed ??= supervision.leave().then((last) => (last ? stopServer(cluster, binaries) : undefined));
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
  readonly lock: SharedLock;
}

interface ServerPlace {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
}

/** Tries until it has joined a server, while other processes may start or stop one, or die. */
async function joinOrStart({ cluster, binaries, settings }: ServerPlace): Promise<Joined> {
  const giveUp = AbortSignal.timeout(GIVE_UP_MS);
  for (;;) {
    const server = await findServer(cluster);
    const lock = server && (await joinServer(cluster, server));
    if (server && lock) return { server, lock };
    if (!server && (await startServer(cluster, binaries, settings))) continue;
    if (giveUp.aborted) {
      const found = server ? `process ${server.pid} is there but does not answer at port ${server.port}` : 'none started';
      throw new Error(`No embedded PostgreSQL in ${cluster.dir} within ${GIVE_UP_MS / 1000} s: ${found}.`);
    }
    await wait(RETRY_MS);
  }
}
