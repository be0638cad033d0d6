import type { ReactNode } from 'react';
import { LedgerPanel } from './ledger-panel.tsx';
import { WirePanel } from './wire-panel.tsx';

/** Shows developers the ledger behind the number, and the GraphQL behind the page. */
export function Inside(): ReactNode {
  return (
    <aside className="inside" aria-label="What happens inside">
      <LedgerPanel />
      <WirePanel />
      <p className="about">
        A demo app on Brim. The API is at <a href="/graphql">GraphiQL</a>.
      </p>
    </aside>
  );
}
