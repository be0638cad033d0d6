import type { ReactNode } from 'react';

/** Brim's mark: a vessel that is full to the brim. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 5h24l-3 22H7z" />
    </svg>
  );
}
