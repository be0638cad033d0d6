/**
 * What is generated for other people's GraphQL clients, as text by file: typed documents, and what
 * normalised caches ask of a schema.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { type GraphQLSchema, isAbstractType, parse, printSchema } from 'graphql';
import { CONSOLE_DOCUMENTS, config, DOCUMENTS, presetConfig } from '../codegen.ts';
import { describeForCache } from './cache-schema.ts';
import { documentTexts, operationsIn, trustedTexts } from './document-texts.ts';
import { documentTools } from './document-tools.ts';

const HEADER = '/** Made from schema/schema.graphql by `npm run generate`. Do not edit. */\n';

/** Every generated client file and what must stand in it. */
export async function clientFiles(schema: GraphQLSchema): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await documentFiles(schema, DOCUMENTS)),
    ...(await documentFiles(schema, CONSOLE_DOCUMENTS)),
    [`${DOCUMENTS}/generated/tools.ts`, tools(schema)],
    ['packages/client/src/apollo/generated/possible-types.ts', possibleTypes(schema)],
    ['packages/client/src/urql/generated/cache-schema.ts', cacheSchema(schema)],
  ]);
}

/** The documents of a folder: typed, as texts, and as a file for BRIM_TRUSTED_DOCUMENTS. */
async function documentFiles(schema: GraphQLSchema, folder: string): Promise<readonly (readonly [string, string])[]> {
  const documents = readDocuments(folder);
  const parsed = documents.map(({ document }) => document);
  /** A folder, with the slash that the preset asks for. */
  const output = `${folder}/generated/`;
  return [
    [`${output}graphql.ts`, await typedDocuments(schema, documents, output)],
    [`${output}texts.ts`, `${HEADER}${documentTexts(parsed)}`],
    [`${output}trusted.json`, trustedTexts(parsed)],
  ];
}

function readDocuments(folder: string) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const rawSDL = readFileSync(path.join(folder, file), 'utf8');
      return { location: path.join(folder, file), rawSDL, document: parse(rawSDL) };
    });
}

/**
 * The preset also makes a `graphql()` tag, which only knows the documents of who runs it; what is
 * published are the documents.
 */
async function typedDocuments(
  schema: GraphQLSchema,
  documents: ReturnType<typeof readDocuments>,
  output: string,
): Promise<string> {
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: output,
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents,
    config,
    presetConfig,
    plugins: [],
    pluginMap: {},
  });
  const made = outputs.find(({ filename }) => filename === `${output}graphql.ts`);
  if (!made) throw new Error('The client preset makes no graphql.ts.');
  return `${HEADER}${await codegen(made)}`;
}

/** What agents get of `@brim/client/mcp`. */
function tools(schema: GraphQLSchema): string {
  const operations = operationsIn(readDocuments(DOCUMENTS).map(({ document }) => document));
  return `${HEADER}${documentTools(
    operations.map(({ operation }) => operation),
    schema,
  )}`;
}

/** Which concrete types a fragment on an interface or union may meet. */
function possibleTypes(schema: GraphQLSchema): string {
  const entries = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => `  ${type.name}: ${JSON.stringify(schema.getPossibleTypes(type).map(({ name }) => name))},\n`);
  return `${HEADER}export const possibleTypes: Record<string, string[]> = {\n${entries.join('')}};\n`;
}

function cacheSchema(schema: GraphQLSchema): string {
  const { types, ...roots } = describeForCache(schema);
  const lines = types.map((type) => `    ${JSON.stringify(type)},\n`);
  return `${HEADER}export const cacheSchema = { __schema: {\n  ...${JSON.stringify(roots)},\n  types: [\n${lines.join('')}  ],\n} };\n`;
}
