/**
 * The operations of the clients as plain text: for clients that send them without a GraphQL
 * library, so that no AST is shipped.
 */
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

/**
 * TypeScript with a constant for each operation: its text, with every fragment that it spreads, and
 * the types of its data.
 */
export function documentTexts(documents: readonly DocumentNode[]): string {
  const constants = operationsIn(documents).map(({ operation, text }) => constantOf(operation, text));
  const head = "import type { DocumentText } from '../document-text.ts';\nimport type * as of from './graphql.ts';\n";
  return `${head}\n${constants.join('')}`;
}

/** The same texts as JSON, each by its SHA-256 hash. */
export function trustedTexts(documents: readonly DocumentNode[]): string {
  const texts = operationsIn(documents).map(({ text }) => [createHash('sha256').update(text).digest('hex'), text]);
  return `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`;
}

/** Each operation, and its text with every fragment that it spreads. */
export function operationsIn(documents: readonly DocumentNode[]) {
  const definitions = documents.flatMap((document) => document.definitions);
  const fragments = new Map(
    definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each] as const),
  );
  return definitions
    .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const text = stripIgnoredCharacters([operation, ...fragmentsOf(operation, fragments)].map(print).join('\n'));
      return { operation, text };
    });
}

function constantOf(operation: OperationDefinitionNode, text: string): string {
  const name = operation.name?.value;
  if (!name) throw new Error('Every operation of the clients has a name.');
  const kind = `${operation.operation.charAt(0).toUpperCase()}${operation.operation.slice(1)}`;
  const type = `DocumentText<of.${name}${kind}, of.${name}${kind}Variables>`;
  return `export const ${name}Text = ${JSON.stringify(text)} as ${type};\n`;
}

/** Those that it spreads, and those that they spread, each once. */
function fragmentsOf(
  operation: OperationDefinitionNode,
  known: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode) => {
    visit(node, {
      FragmentSpread({ name: { value } }) {
        const fragment = known.get(value);
        if (!fragment) throw new Error(`There is no fragment ${value}.`);
        if (found.has(value)) return;
        found.set(value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [...found.values()];
}
