import { startEmbeddedServer } from '../app/embedded-server.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../platform/log.ts';

/** Where a command finds the database. */
export interface DatabaseAddress {
  readonly url: string;
  /** Past a pooler. */
  readonly directUrl: string;
  /** The variable that says so. */
  readonly variable: 'DATABASE_URL' | 'DATABASE_DIRECT_URL';
  readonly isEmbedded: boolean;
}

/**
 * Runs a command's work on the configured database. Without DATABASE_URL it is the embedded server:
 * that of a running Brim, or one that is started for so long.
 */
export async function withDatabase<Result>(
  config: Config,
  log: Log,
  work: (address: DatabaseAddress) => Promise<Result>,
): Promise<Result> {
  const embedded = config.databaseUrl === undefined ? await startEmbeddedServer(config, log) : undefined;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const variable = config.databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  try {
    return await work({ url, directUrl: config.databaseDirectUrl ?? url, variable, isEmbedded: embedded !== undefined });
  } finally {
    await embedded?.close();
  }
}
