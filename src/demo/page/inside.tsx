import type { ReactNode } from 'react';
import { LedgerPanel } from './ledger-panel.tsx';
import { WirePanel } from './wire-panel.tsx';

/** What a developer wants to see: why the number is what it is, and what was said to make it so. */
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
