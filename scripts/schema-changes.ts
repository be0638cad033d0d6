import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';

const UNRELEASED = '## Unreleased\n';
const HEAD = `# Changes of the schema

What is new in the schema since each release, as graphql-inspector finds it. Descriptions and costs
are left out. \`npm run generate\` writes the part of what is not released.

`;

/** Of a kind of change that no client needs to know. */
const SILENT = /DESCRIPTION|DIRECTIVE/;

/**
 * The log of the schema's changes: what is unreleased is written anew, and the sections of releases
 * stay as they are in `before`.
 * @param released The schema of the last release, as it was printed.
 */
export async function logSchemaChanges(before: string, released: string, present: GraphQLSchema): Promise<string> {
  const changes = (await diff(buildSchema(released), present)).filter(({ type }) => !SILENT.test(type));
  const [, unreleased = ''] = before.split(UNRELEASED);
  const releases = unreleased.slice(Math.max(0, unreleased.search(/^## /m)));
  return `${HEAD}${UNRELEASED}\n${sectionOf(changes)}${releases.startsWith('## ') ? `\n${releases}` : ''}`;
}

function sectionOf(changes: readonly Change[]): string {
  const newTypes = changes.flatMap(({ type, path }) => (type === 'TYPE_ADDED' && path ? [path] : []));
  const isOfNewType = ({ path = '' }: Change) => newTypes.includes(path.split('.')[0] ?? '');
  const others = changes.filter((change) => !isOfNewType(change));
  const isSafe = ({ criticality }: Change) => criticality.level === CriticalityLevel.NonBreaking;
  const parts = [
    ['Look at these', linesOf(others.filter((change) => !isSafe(change)))],
    ['New types', newTypes.toSorted().map((name) => `- \`${name}\``)],
    ['Added or deprecated', linesOf(others.filter(isSafe))],
  ] as const;
  const written = parts.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `### ${title}\n\n${lines.join('\n')}\n`);
  return written.length > 0 ? written.join('\n') : 'Nothing.\n';
}

function linesOf(changes: readonly Change[]): readonly string[] {
  return changes.map(({ path, message }) => `- \`${path}\`: ${message}`).toSorted();
}
