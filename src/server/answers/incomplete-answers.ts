/**
 * Replaces errors beneath the payload of a committed mutation by ANSWER_INCOMPLETE.
 *
 * The command stays done although a part of its answer could not be read, because of a lost
 * connection, a limit or an unexpected error. The code says so, so that no client sends the command
 * twice.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { committedAt } from '../../values/after-commit.ts';
import { AnswerIncompleteError } from '../../values/errors.ts';
import { maskError } from './masking.ts';

/** The result of an operation, with such errors replaced. */
export function withIncompleteAnswers(result: ExecutionResult, context: object): ExecutionResult {
  if (!result.errors?.length) return result;
  return { ...result, errors: result.errors.map((error) => asIncomplete(error, context)) };
}

function asIncomplete(error: GraphQLError, context: object): GraphQLError {
  const ids = error.path && committedAt(context, error.path);
  // A verb that reads for its own answer has given the right error already.
  if (!ids) return error;
  const masked = maskError(error);
  const { code, message } = new AnswerIncompleteError(ids);
  const { nodes = null, source = null, positions = null, path = null } = masked;
  // The masked error is kept as the original, so that an unexpected error is still logged.
  const options = { nodes, source, positions, path, originalError: masked };
  return new GraphQLError(message, { ...options, extensions: { code, ...ids, reason: masked.extensions['code'] } });
}
