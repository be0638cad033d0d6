import { readConfig } from '../config/config.ts';
import { applyMigrations } from '../database/migrate.ts';
import { openLog } from '../platform/log.ts';
import { type CommandContext, DONE } from './command.ts';
import { withDatabase } from './with-database.ts';

/**
 * `brim migrate`: brings the database to the newest migration of this build, apart from the start.
 * @throws ConfigError, StartError.
 */
export async function migrate({ environment, terminal }: CommandContext): Promise<number> {
  const config = readConfig(environment);
  const { applied } = await withDatabase(config, { log: openLog('silent'), terminal }, ({ directUrl, variable }) =>
    applyMigrations(directUrl, {
      variable,
      besideOlder: config.migrateBesideOlder ?? false,
      onWait: terminal.note,
    }),
  );
  for (const name of applied) terminal.say(`applied ${name}`);
  terminal.say(applied.length === 0 ? 'The database has all migrations.' : 'The database has all migrations now.');
  return DONE;
}
