import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { Decimal } from '../src/values/decimal.ts';
import { declareCost } from '../src/values/field-cost.ts';
import type { JsonObject } from '../src/values/json.ts';
import type { NumberText } from '../src/values/number-text.ts';
import type { Context } from './context.ts';

/** Counts the items on all pages of a list; null if there are too many to count. */
export type CountAll = () => Promise<number | null>;

/**
 * The builder of the whole schema. It defines the root types; the file of each noun defines the
 * others.
 */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  /** What every connection may have beside its edges. */
  Connection: { readonly count?: CountAll };
  Scalars: {
    ID: { Input: string; Output: string };
    Decimal: { Input: string | NumberText; Output: Decimal };
    DateTime: { Input: Date; Output: Date };
    SafeInt: { Input: bigint; Output: bigint };
    JSONObject: { Input: JsonObject; Output: JsonObject };
  };
}>({
  plugins: [ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: 'String',
    nodesOnConnection: {
      description: 'The items of this page, without their cursors.',
      extensions: declareCost({ list: 'page' }),
    },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The items of this page, each with its cursor.',
      extensions: declareCost({ list: 'page' }),
    },
    nodeFieldOptions: { nullable: false, description: 'The item that this edge carries.' },
    cursorFieldOptions: {
      description:
        'Pass it as `after` to get what follows this item, or as `before` to get what precedes it.',
    },
    pageInfoFieldOptions: {
      description: 'Says whether there are more pages, and holds the cursors to get them.',
    },
    pageInfoTypeOptions: {
      description:
        'Where a page stands in the whole list. Pages are read forward with `first` and `after`, ' +
        'and backward with `last` and `before`, in the same order.',
    },
    hasNextPageFieldOptions: {
      description:
        'True if more items follow this page. Of a page with `last`: true if it was requested ' +
        'with `before`, so that later items may follow it.',
    },
    hasPreviousPageFieldOptions: {
      description:
        'True if more items precede a page with `last`. Of any other page: true if it was ' +
        'requested with `after`, so that earlier items may precede it.',
    },
    startCursorFieldOptions: {
      description:
        'The cursor of the first item: pass it as `before` to get the page before. Null if the ' +
        'page is empty.',
    },
    endCursorFieldOptions: {
      description:
        'The cursor of the last item: pass it as `after` to get the next page. Null if ' +
        'the page is empty.',
    },
  },
});

builder.queryType({
  description:
    'Everything that can be read. Balances are read from the database each time: Brim ' +
    'never caches one.',
});
builder.mutationType({
  description:
    'Everything that can be changed. A mutation answers once its change is committed ' +
    'to the database. Expected refusals are members of the payload, not entries of ' +
    '`errors`. An error with the code ANSWER_INCOMPLETE says that the change was ' +
    'made, and that a part of the answer could not be read.',
});
builder.subscriptionType({
  description:
    'Everything that Brim pushes, over WebSocket (graphql-transport-ws) or ' +
    'server-sent events.',
});
