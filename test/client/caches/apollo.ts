import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { apolloOptions } from '@brim/client/apollo';
import { type ConnectionOptions, openConnection } from '../../../packages/client/src/caches/connection.ts';
import { type Client, type Page, watched } from './page.ts';

export const apollo: Client = {
  name: 'Apollo Client',
  open: (options) => openPage(apolloOptions(options)),
  openUnguarded: (options) => openPage({ ...apolloOptions(options), link: plainLink(options) }),
  openBare: (options) => openPage({ cache: new InMemoryCache(), link: plainLink(options) }),
};

function plainLink(options: ConnectionOptions): ApolloLink {
  const { url, fetch, socket } = openConnection(options);
  return ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, fetch }),
  );
}

function openPage(options: ApolloClient.Options): Page {
  const client = new ApolloClient({ ...options, devtools: { enabled: false } });
  return {
    watch: (query, variables) =>
      watched((next) => {
        const subscription = client.watchQuery({ query, variables }).subscribe(({ data, dataState }) => {
          if (dataState === 'complete') next(data);
        });
        return () => subscription.unsubscribe();
      }),
    cached: (query, variables) => client.readQuery({ query, variables }) ?? undefined,
    async ask(query, variables) {
      const { data } = await client.query({ query, variables, fetchPolicy: 'network-only' });
      if (!data) throw new Error('There is no answer.');
      return data;
    },
    async mutate(mutation, variables) {
      const { data } = await client.mutate({ mutation, variables });
      if (!data) throw new Error('There is no answer.');
      return data;
    },
    subscribe: (query, variables) =>
      watched((next) => {
        const subscription = client.subscribe({ query, variables }).subscribe(({ data }) => {
          if (data) next(data);
        });
        return () => subscription.unsubscribe();
      }),
  };
}
