/**
 * Gives the components beneath it one connection to Brim. Nothing is opened before one of them
 * wants something, and never on a server.
 */
import { createContext, type ReactNode, useContext, useState } from 'react';
import { type Live, type LiveOptions, openLive } from '../live/index.ts';

interface Brim {
  readonly live: Live;
  readonly navigate: (url: string) => void;
}

const BrimContext = createContext<Brim | undefined>(undefined);

export interface BrimProviderProps extends LiveOptions {
  /** Goes to a checkout page; left out: the browser goes there. */
  readonly navigate?: (url: string) => void;
  readonly children?: ReactNode;
}

/**
 * Its options are those of its first render; give it a `key` of the signed-in user, and another
 * user gets another connection.
 */
export function BrimProvider({ children, navigate, ...options }: BrimProviderProps): ReactNode {
  const [brim] = useState<Brim>(() => ({ live: openLive(options), navigate: navigate ?? ((url) => location.assign(url)) }));
  return <BrimContext.Provider value={brim}>{children}</BrimContext.Provider>;
}

/** @throws Error outside of a BrimProvider. */
export function useBrim(): Brim {
  const brim = useContext(BrimContext);
  if (!brim) throw new Error('Put a <BrimProvider> around the components that use Brim.');
  return brim;
}
