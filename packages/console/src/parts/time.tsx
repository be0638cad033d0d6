import type { ReactNode } from 'react';
import { exactTimeText, timeText } from '../words/time-text.ts';

export function Time({ at }: { readonly at: string }): ReactNode {
  return (
    <time dateTime={at} title={exactTimeText(at)}>
      {timeText(at)}
    </time>
  );
}
