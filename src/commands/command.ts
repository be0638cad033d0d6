import type { Environment } from '../config/config.ts';
import type { Terminal } from './terminal.ts';

/** What every command gets. */
export interface CommandContext {
  readonly environment: Environment;
  readonly terminal: Terminal;
}

/** How a command ended: its exit code. */
export const DONE = 0;
/** It worked, and found what is wrong. */
export const FOUND = 1;
