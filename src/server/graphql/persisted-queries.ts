/** Answers requests that send a document's hash, so that their clients send the document itself. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export function usePersistedQueryRefusal(): Plugin {
  return {
    onParams({ params: { query, extensions } }) {
      if (query || !extensions?.['persistedQuery']) return;
      // Apollo's and urql's clients look for this message, and Apollo Server answers with this
      // status.
      throw new GraphQLError('PersistedQueryNotSupported', {
        extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http: { status: 200 } },
      });
    },
  };
}
