/** Runs a command as the program does, and keeps what it says. */
import type { CommandContext } from '../../src/commands/command.ts';

export interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
}

export async function run(
  command: (context: CommandContext) => Promise<number>,
  environment: CommandContext['environment'],
): Promise<Ran> {
  const lines: string[] = [];
  const code = await command({ environment, terminal: { say: (line) => lines.push(line), progress: () => undefined } });
  return { code, lines };
}
