/** What every part of the page asks with: the API, the live connection, and the way out. */
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Ask, AskError, askWith } from './ask.ts';
import { type Connection, type Live, openLive } from './live.ts';

export interface Console {
  readonly ask: Ask;
  readonly live: Live;
  /** Forgets the key. `why` is shown where the key is asked for again. */
  signOut(why?: string): void;
}

const Context = createContext<Console | undefined>(undefined);

export interface ConsoleProviderProps {
  readonly secretKey: string;
  readonly signOut: (why?: string) => void;
  readonly children: ReactNode;
}

export function ConsoleProvider({ secretKey, signOut, children }: ConsoleProviderProps): ReactNode {
  const opened = useMemo((): Console => {
    const send = askWith(secretKey);
    const ask: Ask = async (text, variables) => {
      try {
        return await send(text, variables);
      } catch (error) {
        if (error instanceof AskError && error.code === 'UNAUTHENTICATED') signOut('The key is not accepted any more.');
        throw error;
      }
    };
    return { ask, live: openLive(secretKey), signOut };
  }, [secretKey, signOut]);
  useEffect(() => () => opened.live.close(), [opened]);
  return <Context value={opened}>{children}</Context>;
}

export function useConsole(): Console {
  const opened = use(Context);
  if (!opened) throw new Error('There is no ConsoleProvider around.');
  return opened;
}

export function useConnection(): Connection {
  const { connection } = useConsole().live;
  return useSyncExternalStore(connection.subscribe, connection.get);
}
