/** Opens the session and then the app; shows a message until then, or if it fails. */
import { BrimProvider } from '@brim/client/react';
import { urqlOptions } from '@brim/client/urql';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Client, Provider } from 'urql';
import { App } from './app.tsx';
import { openSession, type Session } from './session.ts';

type Beginning = { readonly session?: Session; readonly client?: Client; readonly problem?: string };

export function Start(): ReactNode {
  const [{ session, client, problem }, setBeginning] = useState<Beginning>({});

  const begin = useCallback(() => {
    setBeginning({});
    openSession().then(
      (begun) => setBeginning({ session: begun, client: new Client(urqlOptions({ url: location.origin, token: begun.token })) }),
      (error: Error) => setBeginning({ problem: error.message }),
    );
  }, []);
  useEffect(begin, [begin]);

  if (session && client) {
    return (
      <BrimProvider url={location.origin} getToken={session.getToken}>
        <Provider value={client}>
          <App customerId={session.customerId} />
        </Provider>
      </BrimProvider>
    );
  }
  return (
    <main className="beginning">
      <h1>Pebble</h1>
      {problem === undefined ? (
        <p role="status">One moment …</p>
      ) : (
        <>
          <p role="alert">This page could not begin. {problem}</p>
          <button type="button" className="button primary" onClick={begin}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}
