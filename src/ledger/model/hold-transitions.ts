/**
 * The legal transitions of a hold: for each event, the status that follows each status in which the
 * event is legal. In every other status the event is refused and changes nothing. A hold begins as
 * OPEN, and ends once.
 */
import { HoldNotOpenError } from './errors.ts';
import type { Hold, HoldStatus } from './types.ts';

type Transitions = Partial<Readonly<Record<HoldStatus, HoldStatus>>>;

export const HOLD_TRANSITIONS = {
  /** The caller says what was really used. */
  settle: { OPEN: 'SETTLED' },
  /** The caller gives all of it back. */
  release: { OPEN: 'RELEASED' },
  /** Its time is over, and time gives all of it back. */
  lapse: { OPEN: 'EXPIRED' },
} as const satisfies Readonly<Record<string, Transitions>>;

export type HoldEvent = keyof typeof HOLD_TRANSITIONS;

/**
 * The status of a hold after an event. @throws HoldNotOpenError where the event is illegal in its
 * status.
 */
export function statusAfter(hold: Hold, event: HoldEvent): HoldStatus {
  const transitions: Transitions = HOLD_TRANSITIONS[event];
  const status = transitions[hold.status];
  if (!status) throw new HoldNotOpenError(hold);
  return status;
}

/** True while the hold lapses by itself when its time is over. */
export function canLapse({ status }: Pick<Hold, 'status'>): boolean {
  return status in HOLD_TRANSITIONS.lapse;
}
