/**
 * What is said of a command that was done, where a part of its answer cannot be read: that it stands.
 *
 * A verb reads for its answer in `afterwards`. What fails beneath a mutation's payload is found by `standingAt`: the schema notes what
 * each root field came to, and the server asks when the operation has ended.
 */
import { AnswerIncompleteError, type StandingFacts } from './errors.ts';

/** Reads for the answer of a command that was done. @throws AnswerIncompleteError, whatever went wrong. */
export async function afterwards<Result>(facts: StandingFacts, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AnswerIncompleteError ? error : new AnswerIncompleteError(facts, { cause: error });
  }
}

/** A place in an answer: ["track", "balance", "feature"]. */
export type AnswerPath = readonly (string | number)[];
/** What is known of the command at a place beneath its payload; undefined where nothing was done. */
export type FactsAt = (path: AnswerPath) => StandingFacts | undefined;

/** By the context of an operation, and the name that a root field has in its answer. */
const noted = new WeakMap<object, Map<string, FactsAt | 'refused'>>();

/** Notes what a root field of an operation came to. */
export function noteStanding(context: object, name: string, cameTo: FactsAt | 'refused'): void {
  const fields = noted.get(context) ?? new Map<string, FactsAt | 'refused'>();
  noted.set(context, fields.set(name, cameTo));
}

/** What stands although this place of an operation's answer could not be had; undefined where nothing was done. */
export function standingAt(context: object, [name, ...beneath]: AnswerPath): StandingFacts | undefined {
  const cameTo = noted.get(context)?.get(String(name));
  return typeof cameTo === 'function' ? cameTo(beneath) : undefined;
}

/** True where a root field is known to have refused: nothing was done. */
export function wasRefused(context: object, name: string): boolean {
  return noted.get(context)?.get(name) === 'refused';
}
