/** The schema beside that of the last release: it grows, and breaks nothing without an entry. */
import { readFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schema } from '../../schema/index.ts';

const read = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

/** Says of each breaking change since the release: what, and what was agreed to. */
async function breaksSince(released: GraphQLSchema, present: GraphQLSchema): Promise<readonly string[]> {
  const changes = await diff(released, present);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path, message }) => `${path}: ${message}`);
}

describe('the schema', () => {
  let text: string;
  let released: GraphQLSchema;
  beforeAll(async () => {
    text = await read('released.graphql');
    released = buildSchema(text);
  });

  it('breaks nothing of the last release that schema/breaking-changes.json does not name', async () => {
    const entries = z.strictObject({ change: z.string(), why: z.string().min(20) });
    const allowed = z.array(entries).parse(JSON.parse(await read('breaking-changes.json')));
    expect((await breaksSince(released, schema)).toSorted()).toEqual(allowed.map(({ change }) => change).toSorted());
  });

  it.each([
    ['a field that is gone', /^ {2}sequence: SafeInt!$/m, '  number: SafeInt!', 'Customer.sequence'],
    ['a field that may be null by now', /^ {2}sequence: SafeInt!$/m, '  sequence: SafeInt', 'Customer.sequence'],
    ['a value of an enum that is gone', /^ {2}OVERDRAW$/m, '  BORROW', 'ShortfallPolicy.OVERDRAW'],
  ])('would be refused for %s', async (_, line, instead, path) => {
    const from = text.indexOf(path.startsWith('Customer') ? 'type Customer {' : 'enum ShortfallPolicy {');
    const changed = text.slice(0, from) + text.slice(from).replace(line, instead);
    const [first, ...others] = await breaksSince(released, buildSchema(changed));
    expect(first).toMatch(new RegExp(`^${path}`));
    expect(others).toEqual([]);
  });

  it('says of what is deprecated what to use instead, and since when', () => {
    for (const [name, reason] of deprecationsOf(schema))
      expect(reason, name).toMatch(/^Use .+\. Deprecated since \d{4}-\d\d-\d\d\.$/);
  });
});

function deprecationsOf(all: GraphQLSchema): readonly (readonly [string, string])[] {
  return Object.values(all.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      if (isEnumType(type)) return type.getValues().map((value) => [`${type}.${value.name}`, value.deprecationReason] as const);
      if (isInputObjectType(type))
        return Object.values(type.getFields()).map((field) => [`${type}.${field.name}`, field.deprecationReason] as const);
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      return Object.values(type.getFields()).flatMap((field) => [
        [`${type}.${field.name}`, field.deprecationReason] as const,
        ...field.args.map((each) => [`${type}.${field.name}(${each.name}:)`, each.deprecationReason] as const),
      ]);
    })
    .flatMap(([name, reason]) => (reason == null ? [] : [[name, reason] as const]));
}
