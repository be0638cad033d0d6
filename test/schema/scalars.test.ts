import {
  GraphQLError,
  GraphQLScalarType,
  getIntrospectionQuery,
  graphqlSync,
  parseValue as readLiteralNode,
  valueFromAST,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { decimal } from '../../src/values/decimal.ts';
import { NumberText } from '../../src/values/number-text.ts';

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  if (type instanceof GraphQLScalarType) return type;
  throw new Error(`${name} is no scalar`);
}

/** What the scalar makes of a variable's JSON value, or the code of the refusal. */
function variable(name: string, value: unknown) {
  return refusedAs(() => scalar(name).parseValue(value));
}

/** What the scalar makes of a literal in a document, or the code of the refusal. */
function literal(name: string, text: string, variables: Record<string, unknown> = {}) {
  return refusedAs(() => scalar(name).parseLiteral(readLiteralNode(text), variables));
}

function refusedAs(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof GraphQLError) return { refused: error.extensions['code'] };
    throw error;
  }
}

const REFUSED = { refused: 'BAD_USER_INPUT' };

test('introspection says of each scalar of ours where its form is specified', () => {
  const source = getIntrospectionQuery({ specifiedByUrl: true });
  const { data } = graphqlSync({ schema, source });
  const { types } = Object(data).__schema as { types: { kind: string; name: string; specifiedByURL: string | null }[] };
  const scalars = types.filter(({ kind, specifiedByURL }) => kind === 'SCALAR' && specifiedByURL !== null);
  expect(Object.fromEntries(scalars.map(({ name, specifiedByURL }) => [name, specifiedByURL]))).toEqual({
    Decimal: 'https://www.w3.org/TR/xmlschema11-2/#decimal',
    DateTime: 'https://scalars.graphql.org/andimarek/date-time',
    SafeInt: 'https://www.rfc-editor.org/rfc/rfc7493#section-2.2',
    JSONObject: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
  });
});

describe('a Decimal variable', () => {
  test.each<[unknown, unknown]>([
    ['10', '10'],
    ['-0.25', '-0.25'],
    ['0.0000000000001', '0.0000000000001'],
    ['9'.repeat(27), '9'.repeat(27)],
    [10, new NumberText('10')],
    [-0, new NumberText('0')],
    [-2.5, new NumberText('-2.5')],
    [0.1 + 0.2, new NumberText('0.30000000000000004')],
    [0.0000001, new NumberText('1e-7')],
    [1e21, new NumberText('1e+21')],
    [1_234_567_890_123_456, new NumberText('1234567890123456')],
  ])('%j is %j, and its sign, size and places are the domain’s to judge', (value, read) => {
    expect(variable('Decimal', value)).toEqual(read);
  });

  test.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['1e400, which JSON reads as infinity', JSON.parse('1e400')],
    ['an exponent in a string', '1e3'],
    ['words', 'ten'],
    ['nothing', ''],
    ['a space', ' 1'],
    ['a comma', '1,5'],
    ['hexadecimal', '0x10'],
    ['"NaN"', 'NaN'],
    ['true', true],
    ['null', null],
    ['a list', ['1']],
    ['an object', {}],
    ['a BigInt', 10n],
  ])('%s is refused before anything is executed', (_, value) => {
    expect(variable('Decimal', value)).toEqual(REFUSED);
  });
});

describe('a Decimal literal', () => {
  test.each(['10', '-5', '0.25', '1.50', '1234567890123456789', '0.0000000000001', '1e3', '1E-2', '4.05875e-2'])(
    '%s is a number, as it is written',
    (text) => {
      expect(literal('Decimal', text)).toEqual(new NumberText(text));
    },
  );

  test.each([
    ['"10"', '10'],
    ['"12345678901234567890.5"', '12345678901234567890.5'],
  ])('%s is text, as it is written', (text, expected) => {
    expect(literal('Decimal', text)).toBe(expected);
  });

  test.each(['1e400', '"1e3"', '""', '"ten"', 'true', 'null', 'TEN', '[1]', '{ a: 1 }'])('%s is refused', (text) => {
    expect(literal('Decimal', text)).toEqual(REFUSED);
  });
});

test('a Decimal is returned as its shortest text', () => {
  expect(scalar('Decimal').serialize(decimal('10.500'))).toBe('10.5');
  expect(scalar('Decimal').serialize(decimal('-0.000000000001'))).toBe('-0.000000000001');
});

describe('a DateTime', () => {
  test.each([
    ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T00:00:00.123456Z', '2026-01-31T00:00:00.123Z'],
    ['2026-01-31T01:00:00+01:00', '2026-01-31T00:00:00.000Z'],
    ['2026-01-30t19:00:00-05:00', '2026-01-31T00:00:00.000Z'],
    ['2028-02-29T00:00:00z', '2028-02-29T00:00:00.000Z'],
  ])('%s is the instant %s', (text, instant) => {
    expect(variable('DateTime', text)).toEqual(new Date(instant));
    expect(literal('DateTime', `"${text}"`)).toEqual(new Date(instant));
    expect(scalar('DateTime').serialize(new Date(instant))).toBe(instant);
  });

  test.each<[unknown]>([
    ['2026-01-31'],
    ['2026-01-31T00:00:00'],
    ['2026-01-31 00:00:00Z'],
    ['2026-02-30T00:00:00Z'],
    ['2026-02-29T00:00:00Z'],
    ['2026-13-01T00:00:00Z'],
    ['2026-01-31T25:00:00Z'],
    ['2026-01-31T00:60:00Z'],
    ['2026-01-31T00:00:00+99:99'],
    ['tomorrow'],
    [''],
    [1_769_817_600_000],
    [null],
    [{}],
  ])('%j is refused', (value) => {
    expect(variable('DateTime', value)).toEqual(REFUSED);
    expect(literal('DateTime', JSON.stringify(value))).toEqual(REFUSED);
  });
});

describe('a SafeInt', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('%d is read', (value) => {
    expect(variable('SafeInt', value)).toBe(BigInt(value));
    expect(literal('SafeInt', String(value))).toBe(BigInt(value));
    expect(scalar('SafeInt').serialize(BigInt(value))).toBe(value);
  });

  test.each<[unknown]>([[-1], [1.5], [2 ** 53], [Number.NaN], ['1'], [null], [true], [10n]])('%s is refused', (value) => {
    expect(variable('SafeInt', value)).toEqual(REFUSED);
  });

  test.each(['-1', '1.0', '9007199254740992', '9007199254740993', '"1"', 'null'])('the literal %s is refused', (text) => {
    expect(literal('SafeInt', text)).toEqual(REFUSED);
  });
});

describe('a JSONObject', () => {
  const all = { text: 'a', number: 1.5, yes: true, none: null, list: [1, [2]], object: { a: { b: 'c' } } };

  test('is read and returned unchanged', () => {
    expect(variable('JSONObject', all)).toBe(all);
    expect(scalar('JSONObject').serialize(all)).toBe(all);
  });

  test('is read from a literal, with every kind of value in it', () => {
    const text = '{ text: "a", number: 1.5, yes: true, none: null, list: [1, [2]], object: { a: { b: "c" } } }';
    expect(literal('JSONObject', text)).toEqual(all);
  });

  test('is read from a literal with variables inside; a missing one is null', () => {
    const variables = { name: 'Ada', facts: { age: 36 } };
    expect(literal('JSONObject', '{ name: $name, facts: [$facts], none: $none }', variables)).toEqual({
      name: 'Ada',
      facts: [{ age: 36 }],
      none: null,
    });
  });

  test('takes keys that every JavaScript object has, such as __proto__', () => {
    const read = valueFromAST(readLiteralNode('{ __proto__: { admin: true } }'), scalar('JSONObject'));
    expect(JSON.stringify(read)).toBe('{"__proto__":{"admin":true}}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test.each<[unknown]>([['text'], [1], [true], [null], [[]], [[{}]]])('%j is refused', (value) => {
    expect(variable('JSONObject', value)).toEqual(REFUSED);
    expect(literal('JSONObject', JSON.stringify(value))).toEqual(REFUSED);
  });

  test('refuses an enum value, and an object that holds one', () => {
    expect(literal('JSONObject', 'FREE')).toEqual(REFUSED);
    expect(literal('JSONObject', '{ plan: FREE }')).toEqual(REFUSED);
  });
});
