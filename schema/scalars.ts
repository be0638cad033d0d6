import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { type Decimal, formatDecimal, isNumeral } from '../src/values/decimal.ts';
import type { JsonObject, JsonValue } from '../src/values/json.ts';
import { NumberText } from '../src/values/number-text.ts';
import { builder } from './builder.ts';

/**
 * Where each scalar's form is specified. A Decimal is written as an xs:decimal; a DateTime is that
 * of the GraphQL Foundation's collection; a SafeInt is an integer of I-JSON.
 */
const SPECIFIED_BY = {
  Decimal: 'https://www.w3.org/TR/xmlschema11-2/#decimal',
  DateTime: 'https://scalars.graphql.org/andimarek/date-time',
  SafeInt: 'https://www.rfc-editor.org/rfc/rfc7493#section-2.2',
  JSONObject: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
} as const;

/** Scalars refuse only values of the wrong form. The domain decides which values a field takes. */
function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

const NO_DECIMAL =
  'Decimal must be a decimal numeral such as "10" or "0.25", without an exponent where it is a string. A number must be finite.';

/** Takes a number as it is printed, with its exponent. The domain rounds it. */
function readNumber(text: string): NumberText {
  return Number.isFinite(Number(text)) ? new NumberText(text) : refuse(NO_DECIMAL);
}

builder.scalarType('Decimal', {
  specifiedByURL: SPECIFIED_BY.Decimal,
  description:
    'An exact decimal number. Returned as a string such as "10" or "0.25", without an ' +
    'exponent or trailing zeros. As input: a string of up to 26 digits before the ' +
    'point and 12 after it, or a number. A number may have an exponent and is rounded ' +
    'at the 12th place, half to even, so that results of JavaScript arithmetic can be ' +
    'sent as they are. A JSON number of more than 15 digits may have lost some before ' +
    'it was sent.',
  // The default of an input is text already, as a caller would send it.
  serialize: (value: Decimal | string) =>
    typeof value === 'string' ? value : formatDecimal(value),
  parseValue(value) {
    if (typeof value === 'string') return isNumeral(value) ? value : refuse(NO_DECIMAL);
    if (typeof value === 'number') return readNumber(String(value));
    return refuse(NO_DECIMAL);
  },
  parseLiteral(node) {
    if (node.kind === Kind.STRING) return isNumeral(node.value) ? node.value : refuse(NO_DECIMAL);
    if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return readNumber(node.value);
    return refuse(NO_DECIMAL);
  },
});

const NO_INSTANT =
  'DateTime must be an RFC 3339 instant with a time zone, such as "2026-01-31T00:00:00.000Z".';
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

function readInstant(value: unknown): Date {
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (!instant || Number.isNaN(instant.getTime()) || !isRealDay(String(value))) refuse(NO_INSTANT);
  return instant;
}

/** False for 31 February, of which JavaScript would make 3 March. */
function isRealDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
}

builder.scalarType('DateTime', {
  specifiedByURL: SPECIFIED_BY.DateTime,
  description:
    'An RFC 3339 instant. Returned in UTC with milliseconds, such as ' +
    '"2026-01-31T00:00:00.000Z"; as input it may have any time zone.',
  serialize: (value) => value.toISOString(),
  parseValue: readInstant,
  parseLiteral: (node) =>
    node.kind === Kind.STRING ? readInstant(node.value) : refuse(NO_INSTANT),
});

const NO_SAFE_INT = 'SafeInt must be a whole number from 0 to 9007199254740991.';

function readSafeInt(value: unknown): bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? BigInt(value)
    : refuse(NO_SAFE_INT);
}

builder.scalarType('SafeInt', {
  specifiedByURL: SPECIFIED_BY.SafeInt,
  description:
    'A whole number from 0 to 9007199254740991, as a JSON number: JavaScript holds it ' +
    'exactly.',
  serialize: Number,
  parseValue: readSafeInt,
  parseLiteral: (node) =>
    node.kind === Kind.INT ? readSafeInt(Number(node.value)) : refuse(NO_SAFE_INT),
});

const NO_OBJECT = 'JSONObject must be a JSON object.';

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readLiteral(
  node: ValueNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): JsonValue {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => readLiteral(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map((field) => [field.name.value, readLiteral(field.value, variables)]),
      );
    case Kind.VARIABLE: {
      const value: unknown = variables?.[node.name.value] ?? null;
      return JSON.parse(JSON.stringify(value));
    }
    default:
      return refuse(NO_OBJECT);
  }
}

builder.scalarType('JSONObject', {
  specifiedByURL: SPECIFIED_BY.JSONObject,
  description:
    'A JSON object of at most 16 KiB, nested at most 100 levels deep, without numbers ' +
    'beyond 9007199254740991.',
  serialize: (value) => value,
  parseValue: (value) => (isJsonObject(value) ? value : refuse(NO_OBJECT)),
  parseLiteral(node, variables) {
    const value = readLiteral(node, variables);
    return isJsonObject(value) ? value : refuse(NO_OBJECT);
  },
});
