import { ConfigError } from '../config/config.ts';
import { StartError } from '../platform/start-error.ts';

/** Why a command failed, in sentences; with a stack only where nobody expected it. */
export function explain(error: unknown, command = 'start'): string {
  if (error instanceof ConfigError) return error.message;
  const failed = command === 'start' ? 'Brim could not start.' : `brim ${command} failed.`;
  return `${failed} ${describe(error)}`;
}

function describe(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
