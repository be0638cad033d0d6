/**
 * The set-up of docs/live-balances-urql.md as a page: two widgets, one of another feature, and
 * whatever the test serves as Brim and token.
 */
import { urqlOptions } from '@brim/client/urql';
import { createRoot } from 'react-dom/client';
import { Client, Provider } from 'urql';
import { LiveBalances, Remaining } from '../client/urql/remaining.ts';
import { brimUrl, token } from './page-address.ts';

const client = new Client(urqlOptions({ url: brimUrl, token }));

createRoot(document.body).render(
  <Provider value={client}>
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
  </Provider>,
);
