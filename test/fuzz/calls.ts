/**
 * Calls of every field of the schema that takes an argument, with random arguments. They are made
 * from the schema itself.
 */
import fc from 'fast-check';
import { type GraphQLField, type GraphQLObjectType, isEnumType, isObjectType } from 'graphql';
import { schema } from '../../schema/index.ts';
import { everythingOf, fieldsOf, ROOTS, waysFrom } from '../access-matrix/documents.ts';
import { isRequired, valueFor } from './values.ts';

type Field = GraphQLField<unknown, unknown>;
type Root = keyof typeof ROOTS;

/** A field that takes arguments, and the fields that lead to it from a root. */
export interface Target {
  readonly name: string;
  readonly root: Root;
  readonly way: readonly Field[];
}

export interface Call {
  readonly target: Target;
  /** Of each field of the way, what its arguments are given. */
  readonly given: readonly Readonly<Record<string, unknown>>[];
  /** Written into the document instead of being sent beside it. */
  readonly asLiterals: boolean;
}

export interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const asked = (fields: readonly Field[]) => fields.filter(({ args }) => args.length > 0);

/** The shortest ways from a query to the object types that it leads to. */
const waysToTypes = new Map<string, readonly Field[]>();
for (const root of ROOTS.Query) {
  for (const [type, way] of waysFrom(root)) {
    const known = waysToTypes.get(type.name);
    if (!known || way.length < known.length) waysToTypes.set(type.name, way);
  }
}

const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__') && !(type.name in ROOTS),
);

export const TARGETS: readonly Target[] = [
  ...(['Query', 'Mutation', 'Subscription'] as const).flatMap((root) =>
    asked(ROOTS[root]).map((field) => ({ name: `${root}.${field.name}`, root, way: [field] })),
  ),
  ...objectTypes.flatMap((type) =>
    asked(fieldsOf(type)).map((field) => {
      const way = waysToTypes.get(type.name);
      if (!way) throw new Error(`Nothing leads to ${type.name}.${field.name} by a query: say how it is asked for.`);
      return { name: `${type.name}.${field.name}`, root: 'Query' as const, way: [...way, field] };
    }),
  ),
];

function argumentsOf(field: Field, owner: string): fc.Arbitrary<Record<string, unknown>> {
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
    field.args.map((arg): [string, fc.Arbitrary<unknown>] => [arg.name, valueFor(arg.name, arg.type, `${owner}.${field.name}`)]),
  );
  return fc.record(model, { requiredKeys: field.args.filter(isRequired).map(({ name }) => name) });
}

function callsOf(target: Target): fc.Arbitrary<Call> {
  const given = fc.tuple(...target.way.map((field) => argumentsOf(field, target.root)));
  return fc.record({ target: fc.constant(target), given, asLiterals: fc.boolean() });
}

/** Each target as often as any other. */
export function callsTo(targets: readonly Target[]): fc.Arbitrary<Call> {
  return fc.oneof(...targets.map(callsOf));
}

export function toRequest({ target: { root, way }, given, asLiterals }: Call): Request {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const called = way.map((field, step) => {
    const texts = field.args.flatMap((arg) => {
      const value = given[step]?.[arg.name];
      if (value === undefined) return [];
      const literal = asLiterals ? literalOf(value) : undefined;
      if (literal !== undefined) return [`${arg.name}: ${literal}`];
      const name = `${arg.name}${step}`;
      declared.push(`$${name}: ${arg.type}`);
      variables[name] = value;
      return [`${arg.name}: $${name}`];
    });
    return texts.length > 0 ? `${field.name}(${texts.join(', ')})` : field.name;
  });
  const last = way.at(-1);
  const selection = last ? everythingOf(last.type, {}, 0) : '';
  const body = called.reduceRight(
    (inner, text) => (inner === '' ? text : `${text} ${inner.startsWith('{') ? inner : `{ ${inner} }`}`),
    selection,
  );
  const head = declared.length > 0 ? `${root.toLowerCase()} (${declared.join(', ')})` : root.toLowerCase();
  return { query: `${head} { ${body} }`, variables };
}

/** Every name of a value of any enum: what an object holds at any depth may be one. */
const ENUM_VALUES = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) => (isEnumType(type) ? type.getValues().map(({ name }) => name) : [])),
);

const MAX_LITERAL_CHARACTERS = 20_000;

/** As a document has it; undefined for what no document can say, or only at great length. */
function literalOf(value: unknown): string | undefined {
  const text = write(value);
  return text !== undefined && text.length <= MAX_LITERAL_CHARACTERS ? text : undefined;
}

function write(value: unknown): string | undefined {
  if (typeof value === 'string') return ENUM_VALUES.has(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const entries = Array.isArray(value) ? value.map((part) => ['', part] as const) : Object.entries(value);
  const parts: string[] = [];
  for (const [name, part] of entries) {
    const written = write(part);
    if (written === undefined || (!Array.isArray(value) && !/^[_a-z]\w*$/i.test(name))) return undefined;
    parts.push(Array.isArray(value) ? written : `${name}: ${written}`);
  }
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}
