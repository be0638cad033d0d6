import type { Config } from '../config/config.ts';
import type { EmbeddedPostgres } from '../embedded/postgres.ts';
import type { Log } from '../platform/log.ts';

/**
 * Starts the embedded PostgreSQL server. Its modules are loaded only here, so with a DATABASE_URL
 * never.
 */
export async function startEmbeddedServer({ dataDir }: Pick<Config, 'dataDir'>, log: Log): Promise<EmbeddedPostgres> {
  const { openEmbeddedPostgres } = await import('../embedded/postgres.ts');
  return openEmbeddedPostgres({ dataDir, log: (message) => log.debug(message), report: log });
}
