import { type ExecutionArgs, type ExecutionResult, getOperationAST, Kind } from 'graphql';
import type { NamedOperation } from '../../platform/spans.ts';

/** What metrics, logs and traces call an operation. */
export function nameOf({ document, operationName }: Pick<ExecutionArgs, 'document' | 'operationName'>): NamedOperation {
  const operation = getOperationAST(document, operationName);
  const fields = operation?.selectionSet.selections.map((node) => (node.kind === Kind.FIELD ? node.name.value : 'several'));
  const [first = 'several'] = fields ?? [];
  return {
    type: operation?.operation ?? 'query',
    field: fields?.every((each) => each === first) ? first : 'several',
    name: operation?.name?.value,
  };
}

/** The codes of the errors of a result, each once. */
export function codesOf({ errors }: ExecutionResult): readonly string[] {
  return [...new Set(errors?.map(({ extensions }) => String(extensions['code'] ?? 'BAD_USER_INPUT')))];
}
