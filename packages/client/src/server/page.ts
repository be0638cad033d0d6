/** A part of a long list. */
import { BrimError } from './brim-error.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass it as `after` for the page that follows; null on the last page. */
  readonly next: string | null;
}

interface Connection<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * @throws BrimError where there is no list: a list is null only beside an error, which was thrown
 * before.
 */
export function pageOf<Item>(connection: Connection<Item> | null): Page<Item> {
  if (!connection) throw new BrimError('Brim answered without a list.', { retryable: false, code: 'BAD_ANSWER' });
  const { nodes, pageInfo } = connection;
  return { items: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}
