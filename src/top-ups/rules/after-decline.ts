import { addInterval, type Interval } from '../../values/interval.ts';
import type { Suspension } from '../model/types.ts';

/** The waits after the first declines in a row. One more suspends. */
const WAITS: readonly Interval[] = [
  { unit: 'HOUR', count: 1 },
  { unit: 'HOUR', count: 6 },
];

export interface Decline {
  /** How many charges in a row were declined, with this one. */
  readonly declines: number;
  /** The payment provider's code of why. */
  readonly code: string | null;
  /** Only another payment method mends it. */
  readonly needsAnotherMethod: boolean;
}

/** When the next attempt comes, or why none does. Pure. */
export function afterDecline(
  { declines, code, needsAnotherMethod }: Decline,
  now: Date,
): { readonly nextAttemptAt: Date } | { readonly suspended: Suspension } {
  if (code === 'authentication_required') return { suspended: 'AUTHENTICATION' };
  const wait = WAITS[declines - 1];
  return wait && !needsAnotherMethod ? { nextAttemptAt: addInterval(now, wait) } : { suspended: 'DECLINED' };
}
