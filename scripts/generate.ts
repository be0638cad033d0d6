/**
 * Writes what is generated: the printed schema, alone and as a subgraph, the log of its changes,
 * what the GraphQL clients take from it, and the Prisma client.
 *
 * `--check` changes nothing. It fails on each file that is not what it would write, and on each
 * file in a generated folder that it would not write at all.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clientFiles } from './clients.ts';
import { introspectionFiles } from './introspection.ts';
import { generatePrismaClient, PRISMA_CLIENT, writePrismaClient } from './prisma-client.mjs';
import { logSchemaChanges } from './schema-changes.ts';
import { webhookFiles } from './webhook-files.ts';

const HEADER = '# Printed from schema/*.ts by `npm run generate`. Do not edit.\n\n';
const CHANGES = 'schema/changes.md';

if (process.argv.includes('--check')) {
  // The schema cannot be loaded without the Prisma client, so that one comes first.
  const stale = staleOf(prismaFiles()).length > 0 ? [PRISMA_CLIENT] : staleOf(await sourceFiles());
  if (stale.length > 0) {
    process.stderr.write(`Not current: ${stale.join(', ')}. Run \`npm run generate\` and commit what it changes.\n`);
    process.exit(1);
  }
} else {
  writePrismaClient();
  for (const [file, text] of await sourceFiles()) {
    if (text === undefined) rmSync(file);
    else if (readText(file) !== text) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

/**
 * Each file that is committed, and the text that belongs there; undefined where there should be
 * none.
 */
async function sourceFiles(): Promise<ReadonlyMap<string, string | undefined>> {
  const { schema } = await import('../schema/index.ts');
  const { printWithCosts } = await import('../schema/print-schema.ts');
  const { printSubgraph } = await import('../schema/federation.ts');
  const printed = [
    ['schema/schema.graphql', `${HEADER}${printWithCosts(schema)}\n`],
    ['schema/federation.graphql', `${HEADER}${printSubgraph(schema)}`],
    [CHANGES, await logSchemaChanges(readText(CHANGES) ?? '', readText('schema/released.graphql') ?? '', schema)],
  ] as const;
  const files = new Map([...(await clientFiles(schema)), ...(await introspectionFiles(schema)), ...webhookFiles()]);
  const folders = new Set([...files.keys()].map((file) => path.dirname(file)));
  return new Map([...nothingIn(...folders), ...printed, ...files]);
}

/** The same of the Prisma client. */
function prismaFiles(): ReadonlyMap<string, string | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'brim-generate-'));
  try {
    const made = generatePrismaClient(folder);
    const files = filesIn(made).map((file) => [file.replace(made, PRISMA_CLIENT), readText(file)] as const);
    return new Map([...nothingIn(PRISMA_CLIENT), ...files]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function staleOf(files: ReadonlyMap<string, string | undefined>): readonly string[] {
  return [...files].filter(([file, text]) => readText(file) !== text).map(([file]) => file);
}

/** What stands in generated folders now, as if none of it belonged there. */
function nothingIn(...folders: readonly string[]): readonly (readonly [file: string, text: undefined])[] {
  return folders.flatMap(filesIn).map((file) => [file, undefined] as const);
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
