import type { GraphQLSchema } from 'graphql';
import { entryIdOf } from '../src/ledger/model/types.ts';
import { type CommittedAt, recordOutcome } from '../src/values/after-commit.ts';
import type { CommandIds } from '../src/values/errors.ts';
import { noteRefusals } from '../src/values/typed-refusals.ts';
import { isRefusal } from './refusal.ts';

/**
 * Records what each mutation of an operation committed, so that an error beneath its payload can
 * say so, and what it refused, so that it can be counted. It wraps the resolvers of the schema, so
 * a mutation that is added later is recorded as well.
 */
export function recordOutcomes(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (!resolve) throw new Error(`the mutation ${field.name} has no resolver`);
    field.resolve = async (source, args, context, info) => {
      const value: unknown = await resolve(source, args, context, info);
      recordOutcome(context, String(info.path.key), committedBy(value));
      const codes = refusedBy(value);
      if (codes.length > 0) noteRefusals(context, field.name, codes);
      return value;
    };
  }
  return schema;
}

/**
 * What a payload says was committed: nothing if it is a refusal; in a batch, each item by its
 * index.
 */
function committedBy(value: unknown): CommittedAt | 'refused' {
  if (!isObject(value) || isRefusal(value)) return 'refused';
  const { results } = value;
  if (!Array.isArray(results)) return () => idsIn(value);
  if (results.every(isRefusal)) return 'refused';
  // The path goes through the list, under any alias, to the index of an item.
  return ([, index]) => (typeof index === 'number' ? idsIn(results[index]) : {});
}

/** The codes of what a payload refuses: its own, or in a batch those of the refused items. */
function refusedBy(value: unknown): readonly string[] {
  if (!isObject(value)) return NOTHING;
  if (isRefusal(value)) return codesOf([value]);
  const { results, refused } = value;
  if (Array.isArray(results)) return codesOf(results.filter(isRefusal));
  return Array.isArray(refused) ? codesOf(refused) : NOTHING;
}

const NOTHING: readonly string[] = [];

function codesOf(refusals: readonly unknown[]): readonly string[] {
  return refusals
    .map((refusal) => (isObject(refusal) ? refusal['code'] : undefined))
    .filter((code) => typeof code === 'string');
}

function idsIn(value: unknown): CommandIds {
  if (!isObject(value)) return {};
  const { entry, purchase } = value;
  return {
    ...(isObject(entry) && isEntry(entry) ? { entryId: entryIdOf(entry) } : {}),
    ...(isObject(purchase) && typeof purchase['id'] === 'string'
      ? { purchaseId: purchase['id'] }
      : {}),
  };
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
