/**
 * Writes what is generated and committed: the printed schema, what the GraphQL clients take from it, and the Prisma client. `--check` only
 * says whether they are current.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../schema/index.ts';
import { clientFiles } from './clients.ts';

const SCHEMA = 'schema/schema.graphql';
const HEADER = '# Printed from schema/*.ts by `npm run generate`. Do not edit.\n\n';

const files = new Map([[SCHEMA, `${HEADER}${printSchema(schema)}\n`], ...(await clientFiles(schema))]);
const checking = process.argv.includes('--check');

if (checking) {
  const stale = [...files]
    .filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
    .map(([file]) => file);
  const before = clientText();
  execFileSync('npx', ['prisma', 'generate'], { stdio: 'pipe' });
  if (clientText() !== before) stale.push('src/generated/prisma');
  if (stale.length > 0) {
    process.stderr.write(`Not current: ${stale.join(', ')}. Run \`npm run generate\` and commit what it changes.\n`);
    process.exit(1);
  }
} else {
  for (const [file, text] of files) writeFileSync(file, text);
  execFileSync('npx', ['prisma', 'generate'], { stdio: 'inherit' });
}

/** The part of the client that holds the schema, and so changes with it. */
function clientText(): string {
  return readFileSync('src/generated/prisma/internal/class.ts', 'utf8');
}
