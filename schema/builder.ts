import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { JsonObject } from '../src/ledger/model/types.ts';
import type { Decimal } from '../src/values/decimal.ts';
import { declareCost } from '../src/values/field-cost.ts';
import type { NumberText } from '../src/values/number-text.ts';
import type { Context } from './context.ts';

/** The one builder. It defines no types but the roots; each noun's file does. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
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
    nodesOnConnection: { description: 'The page without its cursors.', extensions: declareCost({ list: 'page' }) },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The page, each node with its cursor.',
      extensions: declareCost({ list: 'page' }),
    },
    nodeFieldOptions: { nullable: false, description: 'The thing itself.' },
    cursorFieldOptions: { description: 'Pass it as `after` to go on from here.' },
    pageInfoFieldOptions: { description: 'Where this page stands in the whole list.' },
    pageInfoTypeOptions: { description: 'Where a page stands in the whole list.' },
    hasNextPageFieldOptions: { description: 'There is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'There is something before this page: it was asked for with `after`.' },
    startCursorFieldOptions: { description: 'The cursor of its first node; null where the page is empty.' },
    endCursorFieldOptions: {
      description: 'The cursor of its last node: pass it as `after` for the next page. null where the page is empty.',
    },
  },
});

builder.queryType({ description: 'Everything that can be asked. A read is the truth at its moment: nothing is cached.' });
builder.mutationType({
  description:
    'Everything that can be done. What was answered is in the database. Expected refusals are members of the payload, not errors. An ' +
    'error of the code ANSWER_INCOMPLETE says that the command was done and stands, and that a part of its answer could not be read.',
});
builder.subscriptionType({ description: 'Everything that is pushed, over WebSocket (graphql-transport-ws) and SSE.' });
