/**
 * Keeps a late older answer from overwriting a newer pushed number. It stands between the network
 * and a cache, remembers the newest state of each balance and purchase, and replaces older ones
 * with it. An object without id or version stays as it is; `selectWhole` adds both to documents.
 */
import type { DocumentNode } from 'graphql';
import { aliasesOf } from './aliases.ts';
import { openLists } from './lists.ts';
import { VERSIONED, type Versioned } from './versioned.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Newest {
  /**
   * @param data of an answer to the document, with `__typename` in its objects
   * @returns the data with older states replaced and pushed balances added to lists.
   */
  apply(data: Fields, document: DocumentNode): Record<string, unknown>;
}

/** Make one for each client, and a new one for another customer's token. */
export function openNewest(): Newest {
  const lists = openLists();
  const known = new Map<string, { readonly version: number; readonly state: Fields }>();

  const newestOf = (object: Fields, aliases: ReadonlyMap<string, string>): Fields => {
    const { __typename: type, id } = object;
    const versioned = typeof type === 'string' ? VERSIONED.get(type) : undefined;
    const version = versioned && object[versioned.order];
    if (!versioned || typeof id !== 'string' || typeof version !== 'number') return object;
    const key = `${type}:${id}`;
    const before = known.get(key);
    if (before && before.version > version) return withState(object, before.state, aliases);
    const sameState = before?.version === version ? before.state : {};
    known.set(key, { version, state: { ...sameState, ...stateOf(object, versioned) } });
    return object;
  };

  const visit = (value: unknown, aliases: ReadonlyMap<string, string>): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, aliases));
    return isObject(value) ? visitFields(value, aliases) : value;
  };

  const visitFields = (object: Fields, aliases: ReadonlyMap<string, string>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(newestOf(object, aliases)).map(([name, value]) => [name, visit(value, aliases)]));

  return { apply: (data, document) => visitFields(lists.apply(data, document), aliasesOf(document)) };
}

function stateOf(object: Fields, { state }: Versioned): Fields {
  return Object.fromEntries(state.filter((field) => field in object).map((field) => [field, object[field]]));
}

function withState(object: Fields, state: Fields, aliases: ReadonlyMap<string, string>): Fields {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const field = aliases.get(name) ?? name;
      return [name, field in state ? state[field] : value];
    }),
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
