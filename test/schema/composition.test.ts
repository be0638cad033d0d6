/**
 * Tools that compose schemas, such as Apollo Federation, refuse a schema with anything newer than
 * they know. So the printed schema uses only the directives, in their places, of the GraphQL
 * specification of October 2021, the deprecation of arguments from the next one, and the directives
 * of costs, which it defines. test/networks/federation.test.ts composes all of them.
 */
import { readFile } from 'node:fs/promises';
import { type ASTNode, type DirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql';
import { describe, expect, it } from 'vitest';

/** Which directive may stand where. */
const PLACES: Readonly<Record<string, readonly Kind[]>> = {
  deprecated: [Kind.FIELD_DEFINITION, Kind.ENUM_VALUE_DEFINITION, Kind.INPUT_VALUE_DEFINITION],
  specifiedBy: [Kind.SCALAR_TYPE_DEFINITION],
  cost: [Kind.FIELD_DEFINITION],
  listSize: [Kind.FIELD_DEFINITION],
};
/** Names that composition adds to a schema by itself. */
const RESERVED = ['_Any', '_Entity', '_Service', 'FieldSet', '_FieldSet'];

function problemsOf(document: DocumentNode): readonly string[] {
  const problems: string[] = [];
  visit(document, {
    enter(node: ASTNode) {
      for (const directive of directivesOf(node)) {
        if (!PLACES[directive.name.value]?.includes(node.kind)) problems.push(`@${directive.name.value} on ${node.kind}`);
      }
      if (node.kind === Kind.DIRECTIVE_DEFINITION && !(node.name.value in PLACES))
        problems.push(`a directive of our own: @${node.name.value}`);
      if ('name' in node && node.name && (node.name.value.startsWith('__') || RESERVED.includes(node.name.value)))
        problems.push(`the name ${node.name.value}`);
    },
  });
  return problems;
}

const directivesOf = (node: ASTNode): readonly DirectiveNode[] => ('directives' in node && node.directives) || [];

describe('the printed schema', () => {
  it('has nothing that tools for composition refuse', async () => {
    const printed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    expect(problemsOf(parse(printed))).toEqual([]);
  });

  it.each([
    ['input I @oneOf { a: Int b: Int }', '@oneOf on InputObjectTypeDefinition'],
    ['type Query @deprecated { a: Int }', '@deprecated on ObjectTypeDefinition'],
    ['directive @mine(is: Int) on FIELD_DEFINITION', 'a directive of our own: @mine'],
    ['union _Entity = Query', 'the name _Entity'],
  ])('must not contain %s', (sdl, problem) => {
    expect(problemsOf(parse(sdl))).toEqual([problem]);
  });

  it('may deprecate fields, arguments and values, and say what a scalar is', () => {
    const sdl =
      'type Query { a(b: Int @deprecated): Int @deprecated } enum E { A @deprecated } scalar S @specifiedBy(url: "https://example.com")';
    expect(problemsOf(parse(sdl))).toEqual([]);
  });
});
