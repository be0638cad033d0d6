import { typeBrandKey } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { entryIdOf } from '../src/ledger/model/types.ts';
import { type CommittedAt, recordOutcome } from '../src/values/after-commit.ts';
import type { CommandIds } from '../src/values/errors.ts';

/**
 * Notes what each mutation of an operation came to, so that an error beneath its payload can say that it stands. All of them, those
 * that somebody adds, too: it is done to the schema and not by each resolver.
 */
export function noteWhatStands(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (!resolve) throw new Error(`the mutation ${field.name} has no resolver`);
    field.resolve = async (source, args, context, info) => {
      const value: unknown = await resolve(source, args, context, info);
      recordOutcome(context, String(info.path.key), factsOf(value));
      return value;
    };
  }
  return schema;
}

/** Of a refusal nothing stands; of a batch, what one of its items came to. */
function factsOf(value: unknown): CommittedAt | 'refused' {
  if (!isObject(value) || isRefusal(value)) return 'refused';
  const { results } = value;
  if (!Array.isArray(results)) return () => factsIn(value);
  if (results.every(isRefusal)) return 'refused';
  // Whatever the list is called in the answer, a number is the place of an item.
  return ([, index]) => (typeof index === 'number' ? factsIn(results[index]) : {});
}

function factsIn(value: unknown): CommandIds {
  if (!isObject(value)) return {};
  const { entry, purchase } = value;
  return {
    ...(isObject(entry) && isEntry(entry) ? { entryId: entryIdOf(entry) } : {}),
    ...(isObject(purchase) && typeof purchase['id'] === 'string'
      ? { purchaseId: purchase['id'] }
      : {}),
  };
}

/** An error, also where it stands behind the proxy by which the errors plugin names its type. */
function isRefusal(value: unknown): boolean {
  const brand: unknown = isObject(value) ? Reflect.get(value, typeBrandKey) : undefined;
  return (
    value instanceof Error || (typeof brand === 'function' && brand.prototype instanceof Error)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isEntry(
  value: object,
): value is { readonly customerId: string; readonly sequence: bigint } {
  return (
    'customerId' in value &&
    typeof value.customerId === 'string' &&
    'sequence' in value &&
    typeof value.sequence === 'bigint'
  );
}
