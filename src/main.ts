import { ConfigError, findUnknownVariables, readConfig } from './config/config.ts';
import { openEmbeddedPostgres } from './embedded/postgres.ts';
import { openLog } from './platform/log.ts';
import { StartError } from './platform/start-error.ts';

/** Reads the configuration, opens the app, says where it is, and closes on a signal. */

/** A close that hangs must not keep an orchestrator waiting for its SIGKILL. */
const CLOSE_TIMEOUT_MS = 20_000;
/** One Ctrl-C may come twice: from the terminal, and from npm or another parent that passes it on. Later, somebody insists. */
const ONE_WISH_MS = 1_000;

async function main(): Promise<void> {
  const environment = process.env;
  const config = readConfig(environment);
  const log = openLog(config.logLevel);
  for (const unread of findUnknownVariables(environment)) log.warn(`configuration: ${unread}`);
  // The database server takes as long to start as the app takes to load, so they do it together.
  const embedded = config.databaseUrl
    ? undefined
    : openEmbeddedPostgres({
        dataDir: config.dataDir,
        log: (message) => log.debug(message),
        report: log,
      });
  // Whoever waits for it hears of its failure; this only says that somebody will.
  embedded?.catch(() => undefined);
  const { openApp } = await import('./app.ts');
  const app = await openApp({ config, log, embedded });

  let stoppingSinceMs: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > ONE_WISH_MS) process.exit(1);
      return;
    }
    stoppingSinceMs = performance.now();
    log.info({ signal }, 'brim: stopping');
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'brim: did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  if (config.environment === 'production') {
    for (const warning of app.warnings) log.warn(`configuration: ${warning}`);
    log.info({ url: app.url }, 'brim: ready');
  } else process.stdout.write(greeting(app));
}

function greeting({
  url,
  developmentKey,
  warnings,
  simulated,
}: {
  url: string;
  developmentKey: string | undefined;
  warnings: readonly string[];
  simulated: readonly string[];
}): string {
  const lines = [
    '',
    '  Brim is ready.',
    '',
    `  demo         ${url}`,
    `  GraphiQL     ${url}/graphql`,
    `  secret key   ${developmentKey ?? 'the one in BRIM_SECRET_KEY'}`,
    ...warnings.map((warning) => `  WARNING      ${warning}`),
    ...simulated.map((what) => `  simulated    ${what}`),
    '',
    '  Ctrl-C stops it. What is in the data folder is there at the next start.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `Brim could not start. ${describe(error)}\n`);
  process.exit(1);
});

function describe(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
