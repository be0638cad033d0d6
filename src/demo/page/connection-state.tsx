import { useConnection } from '@brim/client/react';
import type { ReactNode } from 'react';

const WORDS = {
  connecting: 'Connecting …',
  live: 'Live',
  offline: 'Not connected. The number may be old. Trying again by itself.',
} as const;

/** Says whether the number is live. */
export function ConnectionState(): ReactNode {
  const connection = useConnection();
  return (
    <p role="status" aria-label="Connection" className="connection" data-state={connection}>
      {WORDS[connection]}
    </p>
  );
}
