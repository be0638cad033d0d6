/**
 * The answer of a mutation whose reads were stopped. It says of each root field that it was done,
 * that it was refused, or that it was not begun, and never says "nothing was done" of a command
 * that was committed.
 */
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { committedAt, wasRefused } from '../../values/after-commit.ts';
import { maskError } from '../answers/masking.ts';
import type { Meter } from './operation-meter.ts';

/** The code for a committed command whose answer could not be read. */
const INCOMPLETE_CODE = 'ANSWER_INCOMPLETE';

export function isMutation({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
}

export function stoppedMutationResult(
  { document, operationName, contextValue }: ExecutionArgs,
  { outcomes }: Meter,
  { message, extensions: reason }: GraphQLError,
): ExecutionResult {
  const context = typeof contextValue === 'object' && contextValue !== null ? contextValue : {};
  const operation = getOperationAST(document, operationName);
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const names = new Set(operation ? namesIn(operation.selectionSet, fragments) : []);
  const errors = [...names].map((name) => {
    const path = [name];
    const outcome = outcomes.get(name);
    if (outcome instanceof Error) return maskError(new GraphQLError(outcome.message, { path, originalError: outcome }));
    const isDone = outcome !== undefined && !wasRefused(context, name);
    const outcomeText = isDone ? doneMessage(name) : `"${name}" was ${outcome ? 'refused, and nothing was done' : 'not begun'}.`;
    return new GraphQLError(`${outcomeText} ${message}`, {
      path,
      extensions: {
        ...(isDone ? { code: INCOMPLETE_CODE, committed: true, ...committedAt(context, path) } : reason),
        http: { status: 200 },
      },
    });
  });
  return { data: null, errors };
}

function doneMessage(name: string): string {
  return `Only the answer was cut off: what "${name}" did stands. Do not send it again; read the rest with a query.`;
}

/** The root fields of a mutation, by their names in the answer. */
function namesIn({ selections }: SelectionSetNode, fragments: readonly FragmentDefinitionNode[]): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return node.name.value.startsWith('__') ? [] : [node.alias?.value ?? node.name.value];
    if (node.kind === Kind.INLINE_FRAGMENT) return namesIn(node.selectionSet, fragments);
    const fragment = fragments.find(({ name }) => name.value === node.name.value);
    return fragment ? namesIn(fragment.selectionSet, fragments) : [];
  });
}
