import type { ObjectRef } from '@pothos/core';
import { declareCost } from '../src/values/field-cost.ts';
import { MOST_COUNTED, type Page } from '../src/values/page.ts';
import { builder, type CountAll } from './builder.ts';

/**
 * Makes a connection, as Relay defines it, of a page of the domain.
 * @param count for a type with `totalCount`; called only where that is selected.
 */
export function toConnection<Node>(
  { nodes, hasNextPage, hasPreviousPage }: Page<Node>,
  cursorOf: (node: Node) => string,
  count?: CountAll,
) {
  const edges = nodes.map((node) => ({ node, cursor: cursorOf(node) }));
  const pageInfo = {
    hasNextPage,
    hasPreviousPage,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo, ...(count ? { count } : {}) };
}

/**
 * Adds `totalCount` to the type of connections whose list is cheap to count up to MOST_COUNTED.
 * Each of its fields gives `toConnection` a `count`.
 */
export function addTotalCount<Connection extends { readonly count?: CountAll }>(
  type: ObjectRef<typeof builder.$inferSchemaTypes, Connection>,
  items: string,
): void {
  builder.objectField(type, 'totalCount', (t) =>
    t.int({
      nullable: true,
      extensions: declareCost({ statements: 1 }),
      description:
        `How many ${items} there are on all pages, as the arguments filter them. Null if Brim ` +
        `would have to look at more than ${MOST_COUNTED.toLocaleString('en')} to count them.`,
      resolve: ({ count }) => count?.() ?? null,
    }),
  );
}
