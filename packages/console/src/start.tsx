/** Asks for a key, and then shows the console. */
import { type ReactNode, useCallback, useState } from 'react';
import { ConsoleProvider } from './api/console.tsx';
import { forgetKey, keepKey, readKey } from './api/key.ts';
import { App } from './app.tsx';
import { SignIn } from './sign-in.tsx';

export function Start(): ReactNode {
  const [{ key, why }, setState] = useState<{ key?: string | undefined; why?: string | undefined }>(() => ({ key: readKey() }));

  const signIn = useCallback((entered: string) => {
    keepKey(entered);
    setState({ key: entered });
  }, []);
  const signOut = useCallback((reason?: string) => {
    forgetKey();
    setState({ why: reason });
  }, []);

  if (key === undefined) return <SignIn why={why} onKey={signIn} />;
  return (
    <ConsoleProvider secretKey={key} signOut={signOut}>
      <App />
    </ConsoleProvider>
  );
}
