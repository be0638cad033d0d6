/**
 * Connects Apollo Client to Brim: queries and mutations over HTTP, subscriptions over one
 * WebSocket.
 */
import { ApolloLink } from '@apollo/client/link';
import { HttpLink } from '@apollo/client/link/http';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { map } from 'rxjs';
import { type ConnectionOptions, openConnection } from '../caches/connection.ts';
import { openNewest } from '../caches/newest.ts';

export function openBrimLink(options: ConnectionOptions): ApolloLink {
  const { url, fetch, socket } = openConnection(options);
  const isSubscription = ({ operationType }: ApolloLink.Operation) => operationType === OperationTypeNode.SUBSCRIPTION;
  return keepNewest().concat(ApolloLink.split(isSubscription, new GraphQLWsLink(socket), new HttpLink({ uri: url, fetch })));
}

/**
 * The link that keeps a late older answer from overwriting a newer pushed number. One link stands
 * before all that reach the network. A `merge` of the type policy cannot do this: Apollo calls it
 * with references whose fields are in the cache already, and never for items of lists.
 */
export function keepNewest(): ApolloLink {
  const newest = openNewest();
  return new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      map((result) => (result.data ? { ...result, data: newest.apply(result.data, operation.query) } : result)),
    ),
  );
}
