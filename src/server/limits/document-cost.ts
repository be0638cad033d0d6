/**
 * Computes the cost of an operation before it runs: the number of values that its answer can hold,
 * and the statements that it sends to the database.
 *
 * A value counts one. Everything beneath a list counts as often as the list declares its size
 * (field-cost.ts). Each statement that a field sends by itself counts as STATEMENT_COST values. The
 * count uses the variables and the arguments' defaults: without them `first: $first` would count as
 * one, and the limit would stop nobody. Of a union's types the most expensive counts, because a
 * value has one type. A fragment is counted once, however often it is spread, so the counting
 * itself is cheap.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { type FieldCost, type ReadArgument, SLICING_ARGUMENTS, STATEMENT_COST } from '../../values/field-cost.ts';
import { DEFAULT_PAGE } from '../../values/page.ts';
import { readArgumentsOf, type Variables, variablesOf, watchReads } from './raw-arguments.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    readonly cost?: FieldCost;
  }
}

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Variables | null | undefined;
}

/**
 * The lists of introspection declare no size. With this one, GraphiQL's introspection query costs
 * 30,000.
 */
const UNDECLARED_LIST = 10;

/**
 * The cost of the operation in points; one value is about one point. 0 where there is no such
 * operation: the executor has the better message for that.
 */
export function costOf(costed: CostedOperation): number {
  const operation = getOperationAST(costed.document, costed.operationName);
  if (!operation) return 0;
  const known = constantCosts.get(operation);
  if (known?.schema === costed.schema) return known.cost;
  let isConstant = true;
  const variables = watchReads(variablesOf(operation, costed.variableValues), () => {
    isConstant = false;
  });
  const cost = countOperation(operation, variables, costed);
  if (isConstant) constantCosts.set(operation, { schema: costed.schema, cost });
  return cost;
}

/** The costs of operations in which no variable counts. They are freed with their documents. */
const constantCosts = new WeakMap<OperationDefinitionNode, { readonly schema: GraphQLSchema; readonly cost: number }>();

function countOperation(operation: OperationDefinitionNode, variables: Variables, { schema, document }: CostedOperation): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const counting: Counting = { schema, variables, fragments: findFragments(document), counted: new Map() };
  return countSelections(operation.selectionSet, root, { ...counting, page: 1 });
}

interface Counting {
  readonly schema: GraphQLSchema;
  readonly variables: Variables;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The count of each fragment, by its type and the page size. */
  readonly counted: Map<string, number>;
}

/** A position in the count, beneath a field whose pages have this size. */
interface Place extends Counting {
  readonly page: number;
}

function findFragments(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return fragments;
}

function countSelections(selectionSet: SelectionSetNode, type: GraphQLCompositeType, place: Place): number {
  if (!isAbstractType(type)) return countOn(selectionSet, type, place);
  return Math.max(0, ...place.schema.getPossibleTypes(type).map((each) => countOn(selectionSet, each, place)));
}

/** Counts the selections on a value of exactly this type. */
function countOn({ selections }: SelectionSetNode, type: GraphQLObjectType, place: Place): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += countField(selection, type, place);
    else if (selection.kind === Kind.FRAGMENT_SPREAD) count += countFragment(selection.name.value, type, place);
    else if (applies(selection.typeCondition, type, place)) count += countOn(selection.selectionSet, type, place);
  }
  return count;
}

function countFragment(name: string, type: GraphQLObjectType, place: Place): number {
  const { fragments, counted, page } = place;
  const key = `${name}/${type.name}/${page}`;
  const known = counted.get(key);
  if (known !== undefined) return known;
  // Validation has refused cycles already. The zero ends the recursion all the same.
  counted.set(key, 0);
  const fragment = fragments.get(name);
  const count = fragment && applies(fragment.typeCondition, type, place) ? countOn(fragment.selectionSet, type, place) : 0;
  counted.set(key, count);
  return count;
}

function applies(condition: NamedTypeNode | undefined, type: GraphQLObjectType, { schema }: Counting): boolean {
  if (!condition || condition.name.value === type.name) return true;
  const named = schema.getType(condition.name.value);
  return isAbstractType(named) && schema.isSubType(named, type);
}

function countField(node: FieldNode, parent: GraphQLObjectType, place: Place): number {
  const field = findField(node.name.value, parent);
  if (!field) return 1;
  const argument = readArgumentsOf(node, field, place.variables);
  const { statements = 0 }: FieldCost = field.extensions.cost ?? {};
  const type = getNamedType(field.type);
  const each =
    node.selectionSet && isCompositeType(type)
      ? countSelections(node.selectionSet, type, { ...place, page: pageOf(field, argument) })
      : 0;
  return 1 + statements * STATEMENT_COST + valuesIn(field, argument, { each, page: place.page });
}

/** The values beneath a field. For a list: each item with everything beneath it. */
function valuesIn(
  field: GraphQLField<unknown, unknown>,
  argument: ReadArgument,
  { each, page }: { readonly each: number; readonly page: number },
): number {
  if (!isListType(getNullableType(field.type))) return each;
  const { list = UNDECLARED_LIST }: FieldCost = field.extensions.cost ?? {};
  const size = list === 'page' ? page : typeof list === 'number' ? list : list(argument);
  return size * Math.max(1, each);
}

function pageOf(field: GraphQLField<unknown, unknown>, argument: ReadArgument): number {
  const declared = field.extensions.cost?.page;
  if (declared) return declared(argument);
  const given = SLICING_ARGUMENTS.map((name) => argument(name) ?? undefined).filter((size) => size !== undefined);
  return given.length === 0 ? DEFAULT_PAGE : Math.max(1, ...given.filter((size) => typeof size === 'number'));
}

function findField(name: string, parent: GraphQLObjectType): GraphQLField<unknown, unknown> | undefined {
  return META_FIELDS.get(name) ?? parent.getFields()[name];
}

const META_FIELDS = new Map([SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]));
