/**
 * Makes documents from the schema itself, so that new fields are tested without a change of the
 * tests.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../../schema/index.ts';

/** The value of every argument or input field with this name. */
export type Values = Readonly<Record<string, string>>;

export function fieldsOf(root: GraphQLObjectType | null | undefined): readonly GraphQLField<unknown, unknown>[] {
  return Object.values(root?.getFields() ?? {});
}

export const ROOTS = {
  Query: fieldsOf(schema.getQueryType()),
  Mutation: fieldsOf(schema.getMutationType()),
  Subscription: fieldsOf(schema.getSubscriptionType()),
};

/**
 * A field with all required arguments and those in `values`: `createPlan(input: { id: "x", … }) {
 * __typename }`.
 */
export function callOf(field: GraphQLField<unknown, unknown>, values: Values, selection = selectionOf(field.type)): string {
  const given = field.args.filter((argument) => argument.name in values || isRequired(argument));
  const text = given.map((argument) => `${argument.name}: ${literalOf(argument.name, argument.type, values)}`).join(', ');
  return `${field.name}${text && `(${text})`} ${selection}`;
}

function isRequired({ type, defaultValue }: Pick<GraphQLArgument, 'type' | 'defaultValue'>): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

function literalOf(name: string, type: GraphQLInputType, values: Values): string {
  const own = values[name];
  if (isNonNullType(type)) return literalOf(name, type.ofType, values);
  if (isListType(type)) return `[${literalOf(name, type.ofType, values)}]`;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => field.name in values || isRequired(field));
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.name, field.type, values)}`).join(', ')} }`;
  }
  if (own !== undefined) return own;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isLeafType(type) && (type.name === 'Decimal' || type.name === 'Int')) return '1';
  return JSON.stringify(name);
}

function selectionOf(type: GraphQLOutputType): string {
  return isLeafType(getNamedType(type)) ? '' : '{ __typename }';
}

/** Selects every leaf of a type, and the leaves of everything within `depth` steps. */
export function everythingOf(type: GraphQLOutputType, values: Values, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    return `{ __typename ${named
      .getTypes()
      .map((member) => `... on ${member.name} ${everythingOf(member, values, depth)}`)
      .join(' ')} }`;
  }
  if (!isObjectType(named)) return '{ __typename }';
  const fields = fieldsOf(named).filter((field) => isLeafType(getNamedType(field.type)) || depth > 0);
  return `{ __typename ${fields.map((field) => callOf(field, values, everythingOf(field.type, values, depth - 1))).join(' ')} }`;
}

/**
 * The shortest path from a field to each object type beneath it: `['balances', 'grants',
 * 'purchase']` for Purchase.
 */
export function waysFrom(
  root: GraphQLField<unknown, unknown>,
): ReadonlyMap<GraphQLObjectType, readonly GraphQLField<unknown, unknown>[]> {
  const ways = new Map<GraphQLObjectType, readonly GraphQLField<unknown, unknown>[]>();
  let edge: readonly (readonly GraphQLField<unknown, unknown>[])[] = [[root]];
  while (edge.length > 0) {
    edge = edge.flatMap((way) => {
      const named = getNamedType(way.at(-1)?.type);
      if (!isObjectType(named) || ways.has(named)) return [];
      ways.set(named, way);
      return fieldsOf(named).map((field) => [...way, field]);
    });
  }
  return ways;
}

/** The document for one path, with every leaf at its end. */
export function walk(way: readonly GraphQLField<unknown, unknown>[], values: Values, depth: number): string {
  const [field, ...rest] = way;
  if (!field) return '';
  return callOf(field, values, rest.length > 0 ? `{ ${walk(rest, values, depth)} }` : everythingOf(field.type, values, depth));
}
