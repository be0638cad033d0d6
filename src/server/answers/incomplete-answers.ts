/**
 * An error beneath the payload of a mutation never speaks of the mutation.
 *
 * Where its root field came to something, the command stands, whatever could not be read for its answer: a lost connection, a limit, a
 * surprise. The error says so by its code, so that no client does the command twice.
 */
import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { committedAt } from '../../values/after-commit.ts';
import { AnswerIncompleteError } from '../../values/errors.ts';
import { maskError } from './masking.ts';

export function useIncompleteAnswers(): Plugin {
  return {
    onExecute({ args: { contextValue } }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result) || !result.errors?.length) return;
          setResult({ ...result, errors: result.errors.map((error) => asIncomplete(error, contextValue)) });
        },
      };
    },
  };
}

function asIncomplete(error: GraphQLError, context: object): GraphQLError {
  const facts = error.path && committedAt(context, error.path);
  // One of a verb that read for its own answer says so already.
  if (!facts) return error;
  const masked = maskError(error);
  const { code, message } = new AnswerIncompleteError(facts);
  const { nodes = null, source = null, positions = null, path = null } = masked;
  // The masked one goes with it, so that a surprise is still logged.
  const options = { nodes, source, positions, path, originalError: masked };
  return new GraphQLError(message, { ...options, extensions: { code, ...facts, reason: masked.extensions['code'] } });
}
