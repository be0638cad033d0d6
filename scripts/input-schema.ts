/**
 * The variables of an operation as JSON Schema, with the descriptions that the schema has of them.
 */
import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export interface JsonSchema {
  readonly type: string | readonly string[];
  readonly [keyword: string]: unknown;
}

/** How JSON carries each scalar, as `scalars` of `@brim/client/codegen` say it of TypeScript. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int: { type: 'integer' },
  SafeInt: { type: 'integer', minimum: 0 },
  Decimal: { type: ['string', 'number'] },
  DateTime: { type: 'string', format: 'date-time' },
  JSONObject: { type: 'object' },
};

/** An object with a property for each variable, described as the argument that takes it. */
export function inputSchemaOf(operation: OperationDefinitionNode, schema: GraphQLSchema): JsonSchema {
  const types = new TypeInfo(schema);
  const variables = new Map<string, GraphQLInputType>();
  const takers = new Map<string, GraphQLArgument>();
  visit(
    operation,
    visitWithTypeInfo(types, {
      VariableDefinition({ variable }) {
        variables.set(variable.name.value, types.getInputType() as GraphQLInputType);
        return false;
      },
      Variable({ name }) {
        takers.set(name.value, types.getArgument() as GraphQLArgument);
      },
    }),
  );
  return objectOf([...variables].map(([name, type]) => ({ ...(takers.get(name) as GraphQLArgument), name, type })));
}

type Property = Pick<GraphQLInputField, 'name' | 'type' | 'description' | 'defaultValue'>;

function objectOf(properties: readonly Property[]): JsonSchema {
  const required = properties.filter((each) => isNonNullType(each.type) && each.defaultValue === undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map((each) => [each.name, propertyOf(each)])),
    ...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
    additionalProperties: false,
  };
}

function propertyOf({ type, description, defaultValue }: Property): JsonSchema {
  const given = astFromValue(defaultValue, type);
  const of = getNamedType(type);
  const values = isEnumType(of) ? of.getValues().map((value) => `${value.name}: ${value.description}`) : [];
  return {
    description: [description, ...values].join('\n'),
    ...schemaOf(type),
    ...(given ? { default: valueFromASTUntyped(given) } : {}),
  };
}

/** Of a type that may be null, unless it says otherwise. */
function schemaOf(type: GraphQLInputType): JsonSchema {
  if (isNonNullType(type)) return nonNull(type.ofType);
  const { enum: values, ...schema } = nonNull(type);
  return { ...schema, type: [schema.type, 'null'].flat(), ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

function nonNull(type: GraphQLInputType): JsonSchema {
  if (isListType(type)) return { type: 'array', items: schemaOf(type.ofType) };
  if (isInputObjectType(type)) return objectOf(Object.values(type.getFields()));
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  const scalar = SCALARS[(type as GraphQLNamedInputType).name];
  if (!scalar) throw new Error(`How JSON carries a ${String(type)} is not said.`);
  return scalar;
}
