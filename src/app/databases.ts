/**
 * Opens the database: the embedded server where there is no DATABASE_URL, the migrations, and two
 * pools of connections, one for reads and one for the ledger's writes.
 */
import type { Config } from '../config/config.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { type DiskMonitor, openDiskMonitor } from '../database/disk-monitor.ts';
import { applyMigrations, type MigrateOptions, refuseNewerSchema, refusePending } from '../database/migrate.ts';
import { connectAtStart } from '../database/startup-connection.ts';
import type { EmbeddedPostgres } from '../embedded/postgres.ts';
import { SLOW_BATCHES } from '../ledger/writer.ts';
import type { Log } from '../platform/log.ts';
import type { Closers } from '../platform/shutdown.ts';
import { startEmbeddedServer } from './embedded-server.ts';

/** In production a database that starts together with Brim may need this long. */
const DATABASE_WAIT_MS = 30_000;
/** One for each batch in flight, two for notifications, and one for each slow batch. */
const WRITER_CONNECTIONS = 5 + SLOW_BATCHES;
/** There is a connection for each batch, so this waits for nothing but a new connection. */
const WRITER_WAIT_MS = 3_000;

export interface Databases {
  /** Unset where the configuration has a DATABASE_URL. */
  readonly embedded: EmbeddedPostgres | undefined;
  /** For everything but the ledger's writes. */
  readonly database: Database;
  /**
   * Connections of their own, so that a write never waits for reads to free one. Not closed by
   * `closers` yet.
   */
  readonly writer: Database;
  /** Not closed by `closers` yet. */
  readonly disk: DiskMonitor;
  /** Connects past a pooler. */
  readonly directUrl: () => string;
  /** @throws StartError where a newer build has migrated the database meanwhile. */
  refuseNewerSchema(): Promise<void>;
}

export interface DatabasesDeps {
  readonly config: Config;
  readonly log: Log;
  /** The embedded server, if it is being started already. */
  readonly embedded: Promise<EmbeddedPostgres> | undefined;
  readonly closers: Closers;
}

/** @throws StartError where the operator can solve the problem. */
export async function openDatabases({ config, log, embedded: starting, closers }: DatabasesDeps): Promise<Databases> {
  const embedded = config.databaseUrl ? undefined : closers.add(await (starting ?? startEmbeddedServer(config, log)));
  const url = () => config.databaseUrl ?? embedded?.url ?? '';
  const directUrl = () => config.databaseDirectUrl ?? url();
  const waiting = {
    waitMs: config.environment === 'production' ? DATABASE_WAIT_MS : 0,
    onWait: (sentence: string) => log.warn(`start: ${sentence}`),
  };
  const variable = config.databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  const migrating: MigrateOptions = { ...waiting, variable, besideOlder: config.migrateBesideOlder ?? false };
  await (config.migratesAtStart === false ? refusePending : applyMigrations)(directUrl(), migrating);
  if (config.databaseDirectUrl !== undefined) await (await connectAtStart({ ...waiting, url: url() })).end();
  const disk = openDiskMonitor({ writer: () => writer, log });
  const { onRefused } = disk;
  const replica = config.databaseReadUrl === undefined ? undefined : { url: config.databaseReadUrl, log };
  const database = closers.add(openDatabase({ url, onRefused, replica }));
  const settings = ['plansOnce', 'notifiesLater'] as const;
  const writer = openDatabase({ url, poolSize: WRITER_CONNECTIONS, waitMs: WRITER_WAIT_MS, settings, onRefused });
  return { embedded, database, writer, disk, directUrl, refuseNewerSchema: () => refuseNewerSchema(directUrl(), migrating) };
}
