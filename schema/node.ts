import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLResolveInfo,
  isObjectType,
} from 'graphql';
import { refuseInput } from '../src/values/errors.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { CustomerRef } from './customer-ref.ts';
import { FeatureObject } from './feature.ts';
import { HoldRef } from './hold-ref.ts';
import { PlanObject } from './plan.ts';
import { PurchaseRef } from './purchase-ref.ts';

/**
 * Global ids, for clients that find every object by one id, as Relay does. `id` stays the id that
 * the app, or Brim, gave.
 *
 * An object is found through the field that answers for its type, so a caller sees by a global id
 * what it sees by the type's own field, and nothing else.
 */

/** A field to resolve, with its arguments. */
type Step = readonly [field: string, args: Readonly<Record<string, unknown>>];

interface Kind {
  /** The field that holds what `find` takes. */
  readonly keyField: 'id' | 'key';
  /** The fields that lead to the object, the first of them a root field; undefined: no such key. */
  readonly find: (key: string) => readonly Step[] | undefined;
}

const byId = (field: string): Kind => ({ keyField: 'id', find: (id) => [[field, { id }]] });

/** How an object of each type is found by its key. Federation uses it, too. */
export const KINDS: Readonly<Record<string, Kind>> = {
  Customer: byId('customer'),
  Feature: byId('feature'),
  Hold: byId('hold'),
  Purchase: byId('purchase'),
  Plan: {
    keyField: 'key',
    find(key) {
      const [, id, version] = /^(.+)@([1-9]\d{0,8})$/.exec(key) ?? [];
      return id ? [['plan', { id, version: Number(version) }]] : undefined;
    },
  },
  Balance: {
    keyField: 'id',
    find(id) {
      const at = id.indexOf('/');
      const customerId = decoded(id.slice(0, at));
      if (at < 1 || customerId === undefined) return undefined;
      return [
        ['customer', { id: customerId }],
        ['balance', { featureId: id.slice(at + 1) }],
      ];
    },
  },
};

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The types of objects that were found, for the interface to tell. */
const typeNames = new WeakMap<object, string>();

interface Asked {
  readonly context: Context;
  readonly info: GraphQLResolveInfo;
}

/** Resolves another field than the one that was asked for. */
function resolveField(
  { name, resolve = defaultFieldResolver }: GraphQLField<unknown, Context>,
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  { context, info }: Asked,
): unknown {
  return resolve(parent, args, context, { ...info, fieldName: name });
}

export const typeNameOf = (value: object): string | undefined => typeNames.get(value);

/** The object with this key; null if there is none, or if the caller may not see it. */
export async function findByKey(
  typeName: string,
  key: string,
  { context, info }: Asked,
): Promise<object | null> {
  const { schema } = info;
  let [found, type]: [unknown, unknown] = [undefined, schema.getQueryType()];
  for (const [name, args] of KINDS[typeName]?.find(key) ?? []) {
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (!field) throw new Error(`There is no field ${name} that leads to ${typeName}.`);
    found = await resolveField(field, found, args, { context, info });
    if (found === null || found === undefined) return null;
    type = schema.getType(String(field.type).replace('!', ''));
  }
  if (typeof found !== 'object' || found === null) return null;
  typeNames.set(found, typeName);
  return found;
}

const encode = (typeName: string, key: string) =>
  Buffer.from(`${typeName}:${key}`).toString('base64url');

const MOST_CHARACTERS = 2_000;

/** @throws InvalidInputError where the text is no global id. */
function decode(nodeId: string, path: readonly (string | number)[]): [type: string, key: string] {
  const text = Buffer.from(nodeId.slice(0, MOST_CHARACTERS), 'base64url').toString();
  const at = text.indexOf(':');
  const [type, key] = [text.slice(0, at), text.slice(at + 1)];
  if (!Object.hasOwn(KINDS, type) || key === '' || encode(type, key) !== nodeId)
    refuseInput(path, 'must be the nodeId of an object');
  return [type, key];
}

const NodeInterface = builder.interfaceRef<object>('Node').implement({
  description: 'An object that `node` finds again.',
  resolveType: typeNameOf,
  fields: (t) => ({
    nodeId: t.id({
      description:
        'Unique among all objects of all types, and never changes. Only `node` and `nodes` take ' +
        'it; what it is made of may change.',
      resolve: async (parent, args, context, info) => {
        const { name } = info.parentType;
        const keyField = info.parentType.getFields()[KINDS[name]?.keyField ?? 'id'];
        if (!keyField) throw new Error(`${name} has no key.`);
        return encode(name, String(await resolveField(keyField, parent, args, { context, info })));
      },
    }),
  }),
});

for (const ref of [CustomerRef, FeatureObject, HoldRef, PurchaseRef, PlanObject, BalanceObject])
  ref.addInterfaces([NodeInterface]);

const MOST_NODES = 100;

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    nullable: true,
    description:
      'Returns the object with this nodeId; null if there is none, or if the caller may not see ' +
      'it.',
    args: {
      nodeId: t.arg.id({ required: true, description: 'The nodeId of the object to return.' }),
    },
    resolve: (_, { nodeId }, context, info) =>
      findByKey(...decode(nodeId, ['nodeId']), { context, info }),
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: false, items: true },
    extensions: declareCost({ list: (argument) => lengthOf(argument('nodeIds'), 1) }),
    description:
      'Returns the objects with these nodeIds, in their order: null in the place of each that ' +
      'is not there, or that the caller may not see.',
    args: {
      nodeIds: t.arg.idList({
        required: true,
        description: 'The nodeIds of the objects to return: at most 100.',
      }),
    },
    resolve: (_, { nodeIds }, context, info) => {
      if (nodeIds.length > MOST_NODES)
        refuseInput(['nodeIds'], `must have at most ${MOST_NODES} ids`);
      const keys = nodeIds.map((nodeId, index) => decode(nodeId, ['nodeIds', index]));
      return Promise.all(keys.map((key) => findByKey(...key, { context, info })));
    },
  }),
}));
