import type { ReactNode } from 'react';

const GOOD = ['ACTIVE', 'SUCCEEDED', 'SETTLED', 'OPEN', 'DONE', 'WON'];
const BAD = ['FAILED', 'LOST'];
const WAITING = ['PENDING', 'PAST_DUE', 'RETRYING', 'UNKNOWN'];

/** A status as a small label. Its word says all; the color only helps to find it. */
export function Status({ of }: { readonly of: string }): ReactNode {
  const tone = GOOD.includes(of) ? 'good' : BAD.includes(of) ? 'bad' : WAITING.includes(of) ? 'waiting' : 'quiet';
  return (
    <span className="status" data-tone={tone}>
      {of.toLowerCase().replaceAll('_', ' ')}
    </span>
  );
}
