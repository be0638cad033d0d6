import { keepNewest, urqlOptions } from '@brim/client/urql';
import { type ClientOptions, type OperationResult, type OperationResultSource, Client as UrqlClient } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { type Client, type Page, watched } from './page.ts';

export const urql: Client = {
  name: 'urql with Graphcache',
  open: (options) => openPage(urqlOptions(options)),
  openUnguarded(options) {
    const { exchanges, ...rest } = urqlOptions(options);
    return openPage({ ...rest, exchanges: exchanges.filter((exchange) => exchange !== keepNewest) });
  },
  openBare(options) {
    const { exchanges, ...rest } = urqlOptions(options);
    const network = exchanges.slice(exchanges.indexOf(keepNewest) + 1);
    return openPage({ ...rest, exchanges: [cacheExchange({}), ...network] });
  },
};

function openPage(options: ClientOptions): Page {
  const client = new UrqlClient(options);
  const follow = <Data>(source: OperationResultSource<OperationResult<Data>>) =>
    watched<Data>((next) => {
      const { unsubscribe } = source.subscribe(({ data }) => {
        if (data) next(data);
      });
      return unsubscribe;
    });
  return {
    watch: (document, variables) => follow(client.query(document, variables)),
    subscribe: (document, variables) => follow(client.subscription(document, variables)),
    cached: (document, variables) => client.readQuery(document, variables, { requestPolicy: 'cache-only' })?.data,
    async ask(document, variables) {
      const { data, error } = await client.query(document, variables, { requestPolicy: 'network-only' }).toPromise();
      if (!data) throw error ?? new Error('There is no answer.');
      return data;
    },
    async mutate(document, variables) {
      const { data, error } = await client.mutation(document, variables).toPromise();
      if (!data) throw error ?? new Error('There is no answer.');
      return data;
    },
  };
}
