/** Writes what is generated and committed: the Prisma client and the printed schema. `--check` only says whether they are current. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../schema/index.ts';

const SCHEMA = 'schema/schema.graphql';
const HEADER = '# Printed from schema/*.ts by `npm run generate`. Do not edit.\n\n';

const printed = `${HEADER}${printSchema(schema)}\n`;
const checking = process.argv.includes('--check');

if (checking) {
  const stale = readFileSync(SCHEMA, 'utf8') === printed ? [] : [SCHEMA];
  const before = clientText();
  execFileSync('npx', ['prisma', 'generate'], { stdio: 'pipe' });
  if (clientText() !== before) stale.push('src/generated/prisma');
  if (stale.length > 0) {
    process.stderr.write(`Not current: ${stale.join(', ')}. Run \`npm run generate\` and commit what it changes.\n`);
    process.exit(1);
  }
} else {
  writeFileSync(SCHEMA, printed);
  execFileSync('npx', ['prisma', 'generate'], { stdio: 'inherit' });
}

/** The part of the client that holds the schema, and so changes with it. */
function clientText(): string {
  return readFileSync('src/generated/prisma/internal/class.ts', 'utf8');
}
