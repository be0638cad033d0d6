import type { ReactNode } from 'react';
import { useConnection } from '../api/console.tsx';

const WORDS = {
  idle: '',
  connecting: 'Connecting …',
  live: 'Live',
  offline: 'Not connected. The numbers may be old. Trying again by itself.',
} as const;

/** Says whether the numbers are live. Nothing on pages that show none. */
export function ConnectionState(): ReactNode {
  const connection = useConnection();
  return (
    <p role="status" aria-label="Connection" className="connection" data-state={connection}>
      {WORDS[connection]}
    </p>
  );
}
