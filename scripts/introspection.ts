/** The introspection of the schema as a type, from which gql.tada infers those of documents. */
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { type GraphQLSchema, introspectionFromSchema } from 'graphql';

const HEADER = '/** Made from schema/schema.graphql by `npm run generate`. Do not edit. */\n';

const WHAT = '/** The schema, as `initGraphQLTada` of gql.tada takes it. */\n';

export async function introspectionFiles(schema: GraphQLSchema): Promise<ReadonlyMap<string, string>> {
  const introspection = minifyIntrospection(introspectionFromSchema(schema));
  // Of the two forms, the one that sets the schema up for everybody is an ambient declaration.
  const text = await outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true });
  const [types = ''] = text.replace(/^\/\*[^*]*\*\/\n/gm, '').split("\nimport * as gqlTada from 'gql.tada';");
  return new Map([
    [
      'packages/client/src/codegen/generated/introspection.ts',
      `${HEADER}${types.replace(/\/\*\*[\s\S]*?\*\/\n/, WHAT).trim()}\n`,
    ],
  ]);
}
