/**
 * What an operation may cost: the field values that its answer can hold, as its `first` arguments promise.
 *
 * A field counts one, and a field with `first` counts everything beneath it that many times. It is counted when the variables
 * and the arguments' defaults are known: a count of the document alone takes `first: $first` for one, and so stops nobody. A
 * fragment is counted once, however often it is spread, so the counting itself is cheap.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tooComplex } from './document-limits.ts';
import type { Limits } from './limits.ts';

export function useDocumentCost({ documentMaxCost }: Pick<Limits, 'documentMaxCost'>): Plugin {
  const refuse = ({ args, setResultAndStopExecution }: OperationHook): void => {
    const cost = costOf(args);
    if (cost <= documentMaxCost) return;
    const message = `This operation may return ${cost} values; ${documentMaxCost} is the most. Ask for fewer with "first".`;
    setResultAndStopExecution({ errors: [tooComplex(message)] });
  };
  return { onExecute: refuse, onSubscribe: refuse };
}

interface OperationHook {
  readonly args: CostedOperation;
  setResultAndStopExecution(result: { errors: ReturnType<typeof tooComplex>[] }): void;
}

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

/** 0 where there is no such operation: the executor says so better. */
export function costOf({ schema, document, operationName, variableValues }: CostedOperation): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return 0;
  const counting: Counting = {
    schema,
    operation,
    variableValues: variableValues ?? {},
    fragments: findFragments(document),
    counted: new Map(),
  };
  return countSelections(operation.selectionSet, root, counting);
}

interface Counting {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly counted: Map<string, number>;
}

function findFragments(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return fragments;
}

function countSelections({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined, counting: Counting): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += countField(selection, parent, counting);
    else if (selection.kind === Kind.FRAGMENT_SPREAD) count += countFragment(selection.name.value, counting);
    else count += countSelections(selection.selectionSet, typeOf(selection.typeCondition, counting) ?? parent, counting);
  }
  return count;
}

function countFragment(name: string, counting: Counting): number {
  const counted = counting.counted.get(name);
  if (counted !== undefined) return counted;
  // Validation has refused circles; the zero only says so again.
  counting.counted.set(name, 0);
  const fragment = counting.fragments.get(name);
  const count = fragment ? countSelections(fragment.selectionSet, typeOf(fragment.typeCondition, counting), counting) : 0;
  counting.counted.set(name, count);
  return count;
}

function typeOf(
  condition: { readonly name: { readonly value: string } } | undefined,
  { schema }: Counting,
): GraphQLNamedType | undefined {
  return condition && schema.getType(condition.name.value);
}

function countField(node: FieldNode, parent: GraphQLNamedType | undefined, counting: Counting): number {
  const name = node.name.value;
  if (name.startsWith('__')) return 0;
  if (!node.selectionSet) return 1;
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  const defaultFirst = field?.args.find((argument) => argument.name === 'first')?.defaultValue;
  const children = countSelections(node.selectionSet, field && getNamedType(field.type), counting);
  return 1 + children * pageSize(node, defaultFirst, counting);
}

/** How many the field may return, by its `first`: the literal, the variable, the variable's default or the argument's. */
function pageSize(node: FieldNode, defaultFirst: unknown, { operation, variableValues }: Counting): number {
  const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
  if (value === undefined) return atLeastOne(defaultFirst);
  if (value.kind === Kind.INT) return atLeastOne(Number(value.value));
  if (value.kind !== Kind.VARIABLE) return atLeastOne(defaultFirst);
  const given = variableValues[value.name.value];
  if (given !== undefined) return atLeastOne(given ?? defaultFirst);
  const ofVariable = operation.variableDefinitions?.find(
    (definition) => definition.variable.name.value === value.name.value,
  )?.defaultValue;
  return ofVariable?.kind === Kind.INT ? atLeastOne(Number(ofVariable.value)) : atLeastOne(defaultFirst);
}

function atLeastOne(count: unknown): number {
  return typeof count === 'number' && count > 1 ? count : 1;
}
