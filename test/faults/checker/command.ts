/** A command as the workload sends it, and what it must have left if it was done. */
import type { Ledgers } from './ledgers.ts';

/**
 * done: it was answered, or it stands. nothing: the answer says that nothing was done. silence:
 * there was no answer.
 */
export type Outcome = 'done' | 'refused' | 'nothing' | 'unknown' | 'silence';

/** How often one of its marks is found: 1 where it was done, once. */
export type Mark = (ledgers: Ledgers) => number;

export type Transport = 'http' | 'socket' | 'v1';

export interface Command {
  readonly name: string;
  readonly transport: Transport;
  /** A mutation and its input; over /v1, a verb and its body. */
  readonly verb: string;
  readonly selection: string;
  readonly input: unknown;
  /** The key in the header, over /v1. */
  readonly key?: string;
  /** One mark, or one for each item of a batch. */
  readonly marks: readonly Mark[];
  /** Sent again it is done once: it has a key, or its verb knows what it did. */
  readonly isRepeatable: boolean;
  /**
   * Where it may leave its mark although it answers that it was not done: a purchase that is
   * recorded and goes on.
   */
  readonly goesOn?: boolean;
  /** Its sender believes that nothing was done, and does not send it again. */
  readonly givesUp: boolean;
  /** Remembers the parts of a full answer that later commands name. */
  readonly learn?: (payload: Readonly<Record<string, unknown>>) => void;
}

/** What was said of each mark, attempt by attempt. */
export interface Story {
  readonly command: Command;
  readonly attempts: (readonly Outcome[])[];
  /** The words of each answer, for the report of a false one. */
  readonly answers: string[];
}

/** True once nobody needs to ask again. */
export function isDecided({ command, attempts }: Story): boolean {
  const last = attempts.at(-1);
  if (!last) return false;
  if (!command.isRepeatable) return true;
  return last.every((outcome) => outcome === 'done' || outcome === 'refused' || (command.givesUp && outcome === 'nothing'));
}
