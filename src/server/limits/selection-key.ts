/**
 * Names what a subscription selects: subscriptions with one key get one result for one event.
 *
 * The key holds the document, the operation, the variables and the rights of the actor. Variables
 * that only the arguments of the root field use are left out: they decide which events come, and a
 * root field resolves to its event, whatever its arguments are. So readers that resume after
 * different sequences share their pushes.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql';

/** By document, and then by the name of the operation. */
const known = new WeakMap<DocumentNode, Map<string, Selected>>();
let selections = 0;

interface Selected {
  readonly number: number;
  readonly variables: readonly string[];
}

/** Undefined where the variables are no plain JSON: such a subscription shares nothing. */
export function selectionKeyOf({ document, operationName, variableValues }: ExecutionArgs, rights: string): string | undefined {
  const { number, variables } = selectedBy(document, operationName ?? '');
  const given = variables.flatMap((name) => {
    const value = variableValues?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return isPlain(given) ? JSON.stringify([number, rights, given]) : undefined;
}

function selectedBy(document: DocumentNode, operationName: string): Selected {
  const operations = known.get(document) ?? new Map<string, Selected>();
  known.set(document, operations);
  const selected = operations.get(operationName) ?? select(document, operationName);
  operations.set(operationName, selected);
  return selected;
}

function select(document: DocumentNode, operationName: string): Selected {
  selections += 1;
  const operation = getOperationAST(document, operationName || null);
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const parts = operation ? [withoutRootArguments(operation), ...fragments] : fragments;
  return { number: selections, variables: [...new Set(parts.flatMap(variablesIn))] };
}

function withoutRootArguments(operation: OperationDefinitionNode): OperationDefinitionNode {
  const selected = operation.selectionSet.selections.map(
    (node): SelectionNode => (node.kind === Kind.FIELD ? { ...node, arguments: [] } : node),
  );
  return { ...operation, variableDefinitions: [], selectionSet: { ...operation.selectionSet, selections: selected } };
}

function variablesIn(part: DefinitionNode): readonly string[] {
  const names: string[] = [];
  visit(part, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' || typeof value === 'boolean' || value === null;
  if (Array.isArray(value)) return value.every(isPlain);
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain);
}
