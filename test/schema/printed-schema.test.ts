import { readFile } from 'node:fs/promises';
import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputField,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  valueFromAST,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { printWithCosts } from '../../schema/print-schema.ts';

describe('schema/schema.graphql', () => {
  it('is printed from schema/*.ts: run `npm run generate` if not', async () => {
    const committed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    const [header, ...printed] = committed.split('\n\n');
    expect(header).toMatch(/^# Printed from .*Do not edit\.$/);
    expect(printed.join('\n\n')).toBe(`${printWithCosts(schema)}\n`);
  });
});

describe('the default of an argument or input field', () => {
  const inputs = Object.values(schema.getTypeMap()).flatMap(
    (type): { name: string; input: GraphQLArgument | GraphQLInputField }[] => {
      if (type.name.startsWith('__')) return [];
      if (isInputObjectType(type))
        return Object.values(type.getFields()).map((input) => ({ name: `${type.name}.${input.name}`, input }));
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      return Object.values(type.getFields()).flatMap((field) =>
        field.args.map((input) => ({ name: `${type.name}.${field.name}.${input.name}`, input })),
      );
    },
  );
  const withDefault = inputs.filter(({ input }) => input.defaultValue !== undefined);

  it.each(withDefault)('$name is printed as its value', ({ input }) => {
    const printed = astFromValue(input.defaultValue, input.type);
    expect(valueFromAST(printed, input.type)).toEqual(input.defaultValue);
  });
});
