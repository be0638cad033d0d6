/**
 * Compares values with Stripe's description of its API, of which stripe.json is an extract
 * (scripts/stripe-shapes.ts writes it and says what its types mean).
 */
import { readFileSync } from 'node:fs';

type Struct = Readonly<Record<string, readonly string[]>>;
interface Endpoint {
  readonly params: readonly string[];
  readonly answer: readonly string[];
}
interface Description {
  /** The version of the stripe package that it describes. */
  readonly stripe: string;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly structs: Readonly<Record<string, Struct>>;
}

export const DESCRIPTION: Description = JSON.parse(readFileSync(new URL('stripe.json', import.meta.url), 'utf8'));

/** A form has only texts, in which a number is its digits and an empty list is an empty text. */
type Encoding = 'json' | 'form';

/** The endpoint of "POST /v1/refunds/re_1/cancel"; undefined where it is not described. */
export function endpointOf(method: string, pathname: string): Endpoint | undefined {
  const names = pathname.split('/');
  const fits = (route: string) => {
    const [verb = '', path = ''] = route.split(' ');
    const parts = path.split('/');
    return verb === method && parts.length === names.length && parts.every((part, at) => part === '{id}' || part === names[at]);
  };
  const [best] = Object.keys(DESCRIPTION.endpoints)
    .filter(fits)
    .toSorted((a, b) => a.split('{id}').length - b.split('{id}').length);
  return best === undefined ? undefined : DESCRIPTION.endpoints[best];
}

/** The types of the object of an event, by its field `object`. */
export function typesOfObject(object: string): readonly string[] {
  return Object.keys(DESCRIPTION.structs)
    .filter((name) => !name.includes('.Error') && DESCRIPTION.structs[name]?.['object']?.includes(`'${object}'`))
    .map((name) => `#${name}`);
}

/** What of a value is not as described, each with its path; empty where all is. */
export function problemsOf(types: readonly string[], value: unknown, encoding: Encoding, path = ''): readonly string[] {
  if (types.length === 0) return [`${path}: it is not described`];
  const found = types.map((type) => problemsOfOne(type, value, encoding, path));
  if (found.some((each) => each.length === 0)) return [];
  // Of several alternatives, the one that fits furthest tells most.
  return found.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ?? [];
}

/** How deep the first problem is. */
function depthOf([first = '']: readonly string[]): number {
  return first.split(':')[0]?.split('.').length ?? 0;
}

function problemsOfOne(type: string, value: unknown, encoding: Encoding, path: string): readonly string[] {
  if (type === 'any') return [];
  if (type.startsWith('[]')) return problemsOfList(type.slice(2), value, encoding, path);
  if (type.startsWith('{}')) return problemsOfMap(type.slice(2), value, encoding, path);
  if (type.startsWith('#')) return problemsOfStruct(type.slice(1), value, encoding, path);
  return isScalar(type, value, encoding) ? [] : [`${path}: ${JSON.stringify(value)?.slice(0, 80)} is no ${type}`];
}

function isScalar(type: string, value: unknown, encoding: Encoding): boolean {
  if (type.startsWith("'")) return value === type.slice(1, -1);
  if (type === 'null') return encoding === 'form' ? value === '' : value === null;
  if (type === 'empty') return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (encoding === 'json') return typeof value === type;
  if (typeof value !== 'string') return false;
  if (type === 'number') return /^-?\d+(\.\d+)?$/.test(value);
  return type === 'boolean' ? value === 'true' || value === 'false' : type === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOfList(element: string, value: unknown, encoding: Encoding, path: string): readonly string[] {
  // A form names the elements by their numbers.
  const elements = Array.isArray(value) ? value : encoding === 'form' && isObject(value) ? Object.values(value) : undefined;
  if (!elements) return [`${path}: it is no list`];
  return elements.flatMap((each, at) => problemsOf([element], each, encoding, `${path}.${at}`));
}

function problemsOfMap(element: string, value: unknown, encoding: Encoding, path: string): readonly string[] {
  if (!isObject(value)) return [`${path}: it is no map`];
  return Object.entries(value).flatMap(([name, each]) => problemsOf([element], each, encoding, `${path}.${name}`));
}

/** Objects of other resources, and lists of them, are left out of the extract. */
function isOutside(types: readonly string[], value: unknown): boolean {
  return types.length === 0 || (Array.isArray(value) && value.length === 0);
}

function problemsOfStruct(name: string, value: unknown, encoding: Encoding, path: string): readonly string[] {
  const struct = DESCRIPTION.structs[name];
  if (!struct) return [`${path}: ${name} is not described`];
  if (!isObject(value)) return [`${path}: it is no ${name}`];
  const kind = struct['object']?.[0];
  if (kind !== undefined && encoding === 'json' && `'${value['object']}'` !== kind) return [`${path}: it is no ${name}`];
  const missing = Object.keys(struct).filter((field) => !field.endsWith('?') && !(field in value));
  return [
    ...missing.map((field) => `${path}.${field}: ${name} has it always`),
    ...Object.entries(value).flatMap(([field, each]) => {
      const types = struct[field] ?? struct[`${field}?`];
      if (!types) return [`${path}.${field}: ${name} has no such field`];
      return isOutside(types, each) ? [] : problemsOf(types, each, encoding, `${path}.${field}`);
    }),
  ];
}
