import { startEmbeddedServer } from '../app/embedded-server.ts';
import { findUnknownVariables, readConfig } from '../config/config.ts';
import { openLog } from '../platform/log.ts';
import type { CommandContext } from './command.ts';

/** A close that hangs ends here, before an orchestrator's SIGKILL. */
const CLOSE_TIMEOUT_MS = 20_000;
/**
 * One Ctrl-C may arrive twice, from the terminal and from a parent such as npm. A later signal ends
 * the process at once.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * `brim start`, and `brim` alone: opens the app, says where it listens, and closes it on a signal.
 * @throws ConfigError, StartError.
 */
export async function start({ environment }: Pick<CommandContext, 'environment'>): Promise<void> {
  const config = readConfig(environment);
  const log = openLog(config.logLevel);
  for (const sentence of findUnknownVariables(environment)) log.warn(`configuration: ${sentence}`);
  // The embedded server takes as long to start as the app takes to load, so both start together.
  const embedded = config.databaseUrl ? undefined : startEmbeddedServer(config, log);
  // `openApp` awaits it later; this keeps an earlier rejection from being unhandled.
  embedded?.catch(() => undefined);
  const { openApp } = await import('../app.ts');
  const app = await openApp({ config, log, embedded });

  let stoppingSinceMs: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1);
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
  } else process.stdout.write(greeting({ ...app, hasConsole: config.console }));
}

function greeting({
  url,
  developmentKey,
  warnings,
  simulated,
  hasConsole,
}: {
  url: string;
  developmentKey: string | undefined;
  warnings: readonly string[];
  simulated: readonly string[];
  hasConsole: boolean;
}): string {
  const lines = [
    '',
    '  Brim is ready.',
    '',
    `  demo         ${url}`,
    ...(hasConsole ? [`  console      ${url}/console`] : []),
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
