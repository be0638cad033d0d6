import type { ReactNode } from 'react';

export interface ListStateProps {
  readonly problem: string | undefined;
  readonly isEmpty: boolean;
  readonly isAsking: boolean;
  /** Said where there is nothing. */
  readonly empty: string;
}

/** What is said instead of a list: that it could not be read, is on its way, or is empty. */
export function ListState({ problem, isEmpty, isAsking, empty }: ListStateProps): ReactNode {
  if (problem !== undefined)
    return (
      <p className="trouble" role="alert">
        {problem}
      </p>
    );
  if (!isEmpty) return null;
  return <p className="empty">{isAsking ? 'One moment …' : empty}</p>;
}
