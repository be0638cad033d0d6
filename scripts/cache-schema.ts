/**
 * The schema as urql's Graphcache wants it, without what it never reads: descriptions, arguments,
 * inputs, and which scalar it is.
 */
import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

const ANY = { kind: 'SCALAR', name: 'Any' };

export function describeForCache(schema: GraphQLSchema) {
  const composites = Object.values(schema.getTypeMap())
    .filter(isCompositeType)
    .filter(({ name }) => !name.startsWith('__'));
  const named = (name: string | undefined) => (name === undefined ? null : { name });
  return {
    queryType: { name: schema.getQueryType()?.name ?? 'Query' },
    mutationType: named(schema.getMutationType()?.name),
    subscriptionType: named(schema.getSubscriptionType()?.name),
    types: [...composites.map((type) => describe(schema, type)), ANY],
  };
}

function describe(schema: GraphQLSchema, type: GraphQLCompositeType) {
  return {
    kind: kindOf(type),
    name: type.name,
    ...('getFields' in type
      ? { fields: Object.values(type.getFields()).map((field) => ({ name: field.name, type: reference(field.type), args: [] })) }
      : {}),
    ...(isObjectType(type) ? { interfaces: type.getInterfaces().map(({ name }) => ({ kind: 'INTERFACE', name })) } : {}),
    ...(isAbstractType(type)
      ? { possibleTypes: schema.getPossibleTypes(type).map(({ name }) => ({ kind: 'OBJECT', name })) }
      : {}),
  };
}

function kindOf(type: GraphQLCompositeType): 'OBJECT' | 'INTERFACE' | 'UNION' {
  if (isObjectType(type)) return 'OBJECT';
  return isInterfaceType(type) ? 'INTERFACE' : 'UNION';
}

type Reference = { kind: string; name: string } | { kind: 'NON_NULL' | 'LIST'; ofType: Reference };

function reference(type: GraphQLOutputType): Reference {
  if (isNonNullType(type)) return { kind: 'NON_NULL', ofType: reference(type.ofType) };
  if (isListType(type)) return { kind: 'LIST', ofType: reference(type.ofType) };
  return isCompositeType(type) ? { kind: kindOf(type), name: type.name } : ANY;
}
