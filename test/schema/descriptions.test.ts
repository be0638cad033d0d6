import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

const ownTypes = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

/** A type and everything in it that a reader of GraphiQL can point at, by its full name. */
function membersOf(type: GraphQLNamedType): readonly Described[] {
  const inside = (owner: string, members: readonly Described[]) =>
    members.map(({ name, description }) => ({ name: `${owner}.${name}`, description }));
  if (isEnumType(type)) return [type, ...inside(type.name, type.getValues())];
  if (isInputObjectType(type)) return [type, ...inside(type.name, Object.values(type.getFields()))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [type];
  const fields = Object.values(type.getFields());
  return [type, ...inside(type.name, fields), ...fields.flatMap((field) => inside(`${type.name}.${field.name}`, field.args))];
}

describe('every type, field, argument, input field and enum value', () => {
  const all = ownTypes.flatMap(membersOf);

  it('has a description', () => {
    expect(all.length).toBeGreaterThan(400);
    expect(all.filter(({ description }) => !description?.trim()).map(({ name }) => name)).toEqual([]);
  });
});
