/** What a command says while it waits for the network or the database. */
import type { Terminal } from './terminal.ts';

/** A wait that is shorter needs no word. */
const TELL_AFTER_MS = 2_000;

/** Does the work, and says what it waits for if it takes longer than two seconds. */
export async function sayingWaits<Result>(
  { note }: Pick<Terminal, 'note'>,
  sentence: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setTimeout(() => note(sentence), TELL_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

/** The time of day at which a wait ends, on the clock of this machine. */
export function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toTimeString().slice(0, 8);
}
