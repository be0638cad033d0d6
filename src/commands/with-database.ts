import { startEmbeddedServer } from '../app/embedded-server.ts';
import type { Config } from '../config/config.ts';
import { connectAtStart, placeOf } from '../database/startup-connection.ts';
import type { Log } from '../platform/log.ts';
import type { Terminal } from './terminal.ts';
import { sayingWaits } from './waiting.ts';

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
 * that of a running Brim, or one that is started for so long. It says so where that takes long.
 * @throws StartError where the database does not answer.
 */
export async function withDatabase<Result>(
  config: Config,
  { log, terminal }: { readonly log: Log; readonly terminal: Pick<Terminal, 'note'> },
  work: (address: DatabaseAddress) => Promise<Result>,
): Promise<Result> {
  const embedded =
    config.databaseUrl === undefined
      ? await sayingWaits(terminal, `Starting the database in ${config.dataDir}.`, () => startEmbeddedServer(config, log))
      : undefined;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const variable = config.databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  try {
    const directUrl = config.databaseDirectUrl ?? url;
    await sayingWaits(terminal, `Waiting for the database at ${placeOf(directUrl)}.`, async () =>
      (await connectAtStart({ url: directUrl, variable })).end(),
    );
    return await work({ url, directUrl, variable, isEmbedded: embedded !== undefined });
  } finally {
    await embedded?.close();
  }
}
