/**
 * What goes into a raw statement, and what comes out of it.
 *
 * In: text, numbers, bigints, booleans, null, dates (in UTC) and lists of these. JSON is given as
 * text. Out, by the type of the column:
 *
 * | column | value |
 * |---|---|
 * | int2, int4, float4, float8, oid | number |
 * | int8 | bigint |
 * | numeric | text, for `decimal` |
 * | timestamptz | Date; the session's time zone does not matter |
 * | bool | boolean |
 * | json, jsonb | the parsed value |
 * | text[], int4[], int8[], numeric[], bool[], timestamptz[] | a list of the same |
 * | everything else (text, enums, uuid) | text |
 *
 * A list of an enum is text, unless the statement casts it to text[].
 */
import pg from 'pg';
import { openInstantText } from '../values/instant-text.ts';

type Scalar = string | number | bigint | boolean | Date | null;

export type StatementValue = Scalar | readonly Scalar[];

/** As node-postgres sends it: text, or null. */
export function toParameter(value: StatementValue): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return arrayLiteral(value);
  return String(value);
}

/**
 * A list as a literal of PostgreSQL. Making it here is cheaper than in the driver, which quotes
 * every element.
 */
export function arrayLiteral(values: readonly Scalar[]): string {
  let elements = '';
  for (const value of values) elements += elements === '' ? toElement(value) : `,${toElement(value)}`;
  return `{${elements}}`;
}

/** Only text and dates need quotes: all other values have no special character of such literals. */
function toElement(value: Scalar): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return isSpecial(value) ? `"${value.replace(EACH_SPECIAL, '\\$&')}"` : `"${value}"`;
  return value instanceof Date ? `"${instantText(value)}"` : String(value);
}

/** Twice as fast as a regular expression. */
function isSpecial(text: string): boolean {
  return text.includes('"') || text.includes('\\');
}

const EACH_SPECIAL = /["\\]/g;
const instantText = openInstantText();

type Parser = (text: string) => unknown;

const { builtins } = pg.types;
const TEXT_ARRAY = 1009;
const parserOf = (oid: number): Parser => pg.types.getTypeParser(oid, 'text');
const listOf =
  (parse: Parser): Parser =>
  (text) =>
    (parserOf(TEXT_ARRAY)(text) as readonly (string | null)[]).map((element) => (element === null ? null : parse(element)));
const asText: Parser = (text) => text;

/**
 * By the type's number in PostgreSQL. node-postgres alone would read int8 as text and numeric[] as
 * floats.
 */
const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  ...[builtins.INT2, builtins.INT4, builtins.OID, builtins.FLOAT4, builtins.FLOAT8].map((oid) => [oid, Number] as const),
  [builtins.INT8, BigInt],
  [builtins.BOOL, (text) => text === 't'],
  [builtins.TIMESTAMPTZ, parserOf(builtins.TIMESTAMPTZ)],
  [builtins.JSON, JSON.parse],
  [builtins.JSONB, JSON.parse],
  [1000, listOf((text) => text === 't')],
  [1007, listOf(Number)],
  [TEXT_ARRAY, parserOf(TEXT_ARRAY)],
  [1016, listOf(BigInt)],
  [1185, listOf(parserOf(builtins.TIMESTAMPTZ))],
  [1231, parserOf(TEXT_ARRAY)],
]);

/** For node-postgres: how the columns of an answer are read. */
export const STATEMENT_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText,
};
