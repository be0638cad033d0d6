/** Requests that send a document's hash instead of the document: answered so that their clients go on with the document itself. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export function usePersistedQueryRefusal(): Plugin {
  return {
    onParams({ params: { query, extensions } }) {
      if (query || !extensions?.['persistedQuery']) return;
      // The words by which Apollo's and urql's clients know it, and the status that Apollo Server gives it.
      throw new GraphQLError('PersistedQueryNotSupported', {
        extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http: { status: 200 } },
      });
    },
  };
}
