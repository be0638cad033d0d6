/**
 * Reads the operator's files of trusted documents: Apollo's manifest, or an object with the text of
 * each document by its id, as Relay's compiler and GraphQL Code Generator write it.
 */
import { readFile } from 'node:fs/promises';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import type { Log } from '../../platform/log.ts';
import { StartError } from '../../platform/start-error.ts';
import type { TrustedDocuments } from './persisted-documents.ts';

export interface TrustedFiles extends Pick<TrustedDocuments, 'only'> {
  readonly files: readonly string[];
}

const id = z.string().min(1).max(200);
const text = z.string().min(1);
const ofApollo = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id, body: text })),
  })
  .transform(({ operations }) => operations.map(({ id: name, body }): [string, string] => [name, body]));
const manifest = z.union([ofApollo, z.record(id, text).transform((texts) => Object.entries(texts))]);

/**
 * Undefined where there are no files. The log warns of documents that this schema cannot answer:
 * they are refused when somebody sends them.
 * @throws StartError where a file cannot be read, is no manifest, or has an id twice for different
 * documents.
 */
export async function openTrustedDocuments(
  trusted: TrustedFiles | undefined,
  { schema, log }: { readonly schema: GraphQLSchema; readonly log: Log },
): Promise<TrustedDocuments | undefined> {
  if (!trusted) return undefined;
  const texts = new Map<string, string>();
  for (const file of trusted.files) {
    for (const [name, body] of await read(file)) {
      if ((texts.get(name) ?? body) !== body) throw refusal(file, `has ${name} with another document than before.`);
      texts.set(name, body);
    }
  }
  for (const [name, body] of texts) {
    const problem = problemOf(body, schema);
    if (problem) log.warn(`the trusted document ${name} cannot be answered: ${problem}`);
  }
  return { texts, only: trusted.only };
}

async function read(file: string): Promise<readonly (readonly [id: string, text: string])[]> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw refusal(file, 'cannot be read.');
  });
  const result = manifest.safeParse(parseJson(content));
  if (result.success) return result.data;
  throw refusal(file, "is no manifest: it must be Apollo's, or an object with the text of each document by its id.");
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function problemOf(body: string, schema: GraphQLSchema): string | undefined {
  try {
    return validate(schema, parse(body))[0]?.message;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refusal(file: string, reason: string): StartError {
  return new StartError(`BRIM_TRUSTED_DOCUMENTS: ${file} ${reason}`);
}
