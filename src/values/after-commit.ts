/**
 * A command that was committed stays done, even if a part of its answer cannot be read afterwards.
 * The error then says so, and carries the ids by which the caller finds the command.
 *
 * A verb wraps the reads for its answer in `readAfterCommit`. For failures beneath a mutation's
 * payload, the schema records the outcome of each root field, and the server looks it up with
 * `committedAt` when the operation has ended.
 */
import { AnswerIncompleteError, type CommandIds } from './errors.ts';

/**
 * Reads for the answer of a committed command. @throws AnswerIncompleteError for every failure of
 * the read.
 */
export async function readAfterCommit<Result>(ids: CommandIds, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AnswerIncompleteError ? error : new AnswerIncompleteError(ids, { cause: error });
  }
}

/** A path in an answer: ["track", "balance", "feature"]. */
export type AnswerPath = readonly (string | number)[];
/**
 * Finds the ids of the command at a path beneath its payload; undefined where no command was
 * committed.
 */
export type CommittedAt = (path: AnswerPath) => CommandIds | undefined;

/** The outcomes of root fields, by the field's name (its alias, if it has one). */
type Outcomes = Map<string, CommittedAt | 'refused'>;

const OUTCOMES: unique symbol = Symbol('outcomes');

/** An operation's context. A WeakMap beside it would cost the garbage collector more. */
interface WithOutcomes {
  [OUTCOMES]?: Outcomes;
}

/** Records the outcome of a root field of an operation. */
export function recordOutcome(context: object, name: string, outcome: CommittedAt | 'refused'): void {
  const operation: WithOutcomes = context;
  operation[OUTCOMES] ??= new Map();
  operation[OUTCOMES].set(name, outcome);
}

function outcomeOf(context: WithOutcomes, name: string): CommittedAt | 'refused' | undefined {
  return context[OUTCOMES]?.get(name);
}

/**
 * The ids of the committed command to which this path belongs; undefined where no command was
 * committed.
 */
export function committedAt(context: object, [name, ...beneath]: AnswerPath): CommandIds | undefined {
  const outcome = outcomeOf(context, String(name));
  return typeof outcome === 'function' ? outcome(beneath) : undefined;
}

/** True where the root field is known to have refused its command, so that nothing was done. */
export function wasRefused(context: object, name: string): boolean {
  return outcomeOf(context, name) === 'refused';
}
