import type { Page } from '../src/values/page.ts';

/** Makes a connection, as Relay defines it, of a page of the domain. */
export function toConnection<Node>(
  { nodes, hasNextPage, hasPreviousPage }: Page<Node>,
  cursorOf: (node: Node) => string,
) {
  const edges = nodes.map((node) => ({ node, cursor: cursorOf(node) }));
  const pageInfo = {
    hasNextPage,
    hasPreviousPage,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
}
