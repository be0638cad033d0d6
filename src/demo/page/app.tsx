/** The page: the balance, the chat, and the developer's view of what happens inside. */
import type { ReactNode } from 'react';
import { Balance } from './balance.tsx';
import { Chat } from './chat.tsx';
import { ConnectionState } from './connection-state.tsx';
import { Inside } from './inside.tsx';
import { startOver } from './session.ts';

export function App({ customerId }: { readonly customerId: string }): ReactNode {
  return (
    <div className="page">
      <header className="masthead">
        <h1>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M16 6c7 0 13 4 13 11 0 6-5 10-12 10S3 24 3 17 9 6 16 6z" />
          </svg>
          Pebble
        </h1>
        <ConnectionState />
        <button type="button" className="button quiet" onClick={() => void startOver().catch(() => undefined)}>
          Start over
        </button>
        <Balance />
      </header>
      <Chat key={customerId} customerId={customerId} />
      <Inside />
    </div>
  );
}
