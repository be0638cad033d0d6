/**
 * The set-up of docs/live-balances-apollo.md as a page: two widgets, one of another feature, and
 * whatever the test serves as Brim and token.
 */
import { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { apolloOptions } from '@brim/client/apollo';
import { createRoot } from 'react-dom/client';
import { LiveBalances, Remaining } from '../client/apollo/remaining.ts';
import { brimUrl, token } from './page-address.ts';

const client = new ApolloClient(apolloOptions({ url: brimUrl, token }));

createRoot(document.body).render(
  <ApolloProvider client={client}>
    <LiveBalances />
    <p data-testid="widget">
      <Remaining featureId="premium_messages" />
    </p>
    <p data-testid="widget">
      <Remaining featureId="premium_messages" />
    </p>
    <p data-testid="another">
      <Remaining featureId="words" />
    </p>
  </ApolloProvider>,
);
