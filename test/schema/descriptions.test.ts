import {
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
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
  readonly type?: GraphQLType;
}

interface Member {
  /** The full name: Type, Type.field, or Type.field.argument. */
  readonly name: string;
  /** What it is called where it stands. Members of one subject may share their words. */
  readonly subject: string;
  readonly description: string;
}

/**
 * An argument `input` and the two types of a thing, Money and MoneyInput, have the subject of that
 * thing.
 */
function subjectOf({ name, type }: Described): string {
  const subject = name === 'input' && type ? getNamedType(type).name : name;
  return subject.replace(/Input$/, '');
}

function toMember(owner: string, member: Described): Member {
  const { name, description } = member;
  return { name: owner + name, subject: subjectOf(member), description: description?.trim() ?? '' };
}

/** A type and everything in it that a reader of GraphiQL can point at. */
function membersOf(type: GraphQLNamedType): readonly Member[] {
  const inside = (owner: string, members: readonly Described[]) => members.map((member) => toMember(`${owner}.`, member));
  const itself = toMember('', type);
  if (isEnumType(type)) return [itself, ...inside(type.name, type.getValues())];
  if (isInputObjectType(type)) return [itself, ...inside(type.name, Object.values(type.getFields()))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [itself];
  const fields = Object.values(type.getFields());
  return [itself, ...inside(type.name, fields), ...fields.flatMap((field) => inside(`${type.name}.${field.name}`, field.args))];
}

const ownTypes = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
const all = ownTypes.flatMap(membersOf);

/** The members whose description is not right, each with what it says. */
function wrong(isRight: (description: string) => boolean): readonly string[] {
  return all.filter(({ description }) => !isRight(description)).map(({ name, description }) => `${name}: ${description}`);
}

describe('every type, field, argument, input field and enum value', () => {
  it('has a description', () => {
    expect(all.length).toBeGreaterThan(600);
    expect(wrong((description) => description !== '')).toEqual([]);
  });

  it('says something in five words or more', () => {
    expect(wrong((description) => description.split(/\s+/).length >= 5)).toEqual([]);
  });

  it('begins with a capital letter, a number or code, and ends with a full stop', () => {
    expect(wrong((description) => /^[\p{Lu}\d`].*\.$/su.test(description))).toEqual([]);
  });

  it('shares its words with nothing that means something else', () => {
    const subjects = new Map<string, Set<string>>();
    for (const { subject, description } of all) {
      subjects.set(description, (subjects.get(description) ?? new Set()).add(subject));
    }
    const shared = [...subjects].filter(([, names]) => names.size > 1);
    expect(shared.map(([description, names]) => `${[...names].join(', ')}: ${description}`)).toEqual([]);
  });
});
