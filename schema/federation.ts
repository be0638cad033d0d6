import {
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { refuseInput } from '../src/values/errors.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import type { Context } from './context.ts';
import { findByKey, KINDS, typeNameOf } from './node.ts';
import { withCosts } from './print-schema.ts';

/**
 * The schema as a subgraph of Apollo Federation 2: the same API, with the keys by which other
 * subgraphs refer to its entities, and with the two fields that gateways ask.
 *
 * An entity is found as `node` finds it, so a caller sees through a gateway what it sees here.
 */

const ENTITIES = ['Balance', 'Customer', 'Feature', 'Plan'];

/** Those of a gateway would be its own: another subgraph cannot answer for a nodeId of ours. */
const NOT_OF_GATEWAYS = ['node', 'nodes'];

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@key", "@listSize", "@shareable"])
`;

/** What a gateway is composed from. */
export function printSubgraph(schema: GraphQLSchema): string {
  const document = visit(parse(withCosts(schema, { leaves: true, weightsAreNumbers: true })), {
    ObjectTypeDefinition(node) {
      const name = node.name.value;
      const key = ENTITIES.includes(name) ? `@key(fields: "${KINDS[name]?.keyField}")` : '';
      // Every API with pages has this type.
      const added = name === 'PageInfo' ? '@shareable' : key;
      if (name === 'Query')
        return {
          ...node,
          fields: node.fields?.filter(({ name: { value } }) => !NOT_OF_GATEWAYS.includes(value)),
        };
      return added ? { ...node, directives: directivesOf(added) } : undefined;
    },
  });
  return `${LINK}\n${print(document)}\n`;
}

function directivesOf(text: string) {
  const [type] = parse(`type T ${text} { f: Int }`, { noLocation: true }).definitions;
  return type?.kind === Kind.OBJECT_TYPE_DEFINITION ? type.directives : [];
}

const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'What a gateway knows of an entity: its __typename and its key.',
});

const MOST_ENTITIES = 1_000;

/** A schema with `_service` and `_entities`. The given one stays as it is. */
export function toSubgraph(schema: GraphQLSchema): GraphQLSchema {
  const { types, query, ...config } = schema.toConfig();
  if (!query) throw new Error('The schema has no queries.');
  const ofQuery = query.toConfig();
  const fields = {
    ...ofQuery.fields,
    _service: describedBy(printSubgraph(schema)),
    _entities: entities(schema),
  };
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...ofQuery, fields }),
    types: types.filter((type) => type !== query),
  });
}

function describedBy(sdl: string): GraphQLFieldConfig<unknown, Context> {
  const type = new GraphQLObjectType({
    name: '_Service',
    description: 'This API as a subgraph.',
    fields: {
      sdl: {
        type: new GraphQLNonNull(GraphQLString),
        description: 'What a gateway is composed from.',
      },
    },
  });
  const description = 'Describes the subgraph to a gateway. Needs a secret key.';
  return { type: new GraphQLNonNull(type), description, resolve: appOnly(() => ({ sdl })) };
}

function entities(
  schema: GraphQLSchema,
): GraphQLFieldConfig<unknown, Context, { representations: readonly unknown[] }> {
  const union = new GraphQLUnionType({
    name: '_Entity',
    description: 'The types that other subgraphs can refer to.',
    types: ENTITIES.map((name) => schema.getType(name)).filter((type) => isObjectType(type)),
    resolveType: typeNameOf,
  });
  return {
    type: new GraphQLNonNull(new GraphQLList(union)),
    description:
      'Returns the entities of a gateway, in their order: null for each that is not there, or that the caller may not see.',
    args: {
      representations: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(AnyScalar))),
        description: `The entities, each by its key: at most ${MOST_ENTITIES}.`,
      },
    },
    extensions: declareCost({ list: (argument) => lengthOf(argument('representations'), 1) }),
    resolve(_, { representations }, context, info) {
      if (representations.length > MOST_ENTITIES)
        refuseInput(['representations'], `must be at most ${MOST_ENTITIES}`);
      const keys = representations.map(keyOf);
      return Promise.all(
        keys.map(([typeName, key]) => findByKey(typeName, key, { context, info })),
      );
    },
  };
}

/** @throws InvalidInputError where it is no key of an entity. */
function keyOf(representation: unknown, index: number): [typeName: string, key: string] {
  const given: Readonly<Record<string, unknown>> = Object(representation);
  const { __typename: typeName } = given;
  if (typeof typeName !== 'string' || !ENTITIES.includes(typeName))
    refuseInput(['representations', index, '__typename'], `must be one of ${ENTITIES.join(', ')}`);
  const keyField = KINDS[typeName]?.keyField ?? 'id';
  const key = given[keyField];
  if (typeof key !== 'string' || key === '')
    refuseInput(['representations', index, keyField], 'must be the key of the entity');
  return [typeName, key];
}
