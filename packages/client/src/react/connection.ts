import type { Connection } from '../live/index.ts';
import { useBrim } from './provider.tsx';
import { useStore } from './stores.ts';

/** Whether what the page shows is live: worth a word to its reader where it is not. */
export function useConnection(): Connection {
  const { live } = useBrim();
  return useStore(live.connection, 'connecting', (connection) => connection);
}
