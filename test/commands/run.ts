/** Runs a command as the program does, and keeps what it says. */
import type { CommandContext } from '../../src/commands/command.ts';

export interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
}

export async function run(
  command: (context: CommandContext) => Promise<number>,
  environment: CommandContext['environment'],
  /** Takes what it says of its waits. */
  notes: string[] = [],
): Promise<Ran> {
  const lines: string[] = [];
  const code = await command({
    environment,
    terminal: { say: (line) => lines.push(line), progress: () => undefined, note: (line) => notes.push(line) },
  });
  return { code, lines };
}
