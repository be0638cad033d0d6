/**
 * How time is moved: not in one leap, but from one instant at which something is due to the next, and what is due is done there.
 * So an advance of a year leaves the entries that a year would have left, at the instants at which it would have left them.
 *
 * Between two instants of other work, one that can run ahead does all that is its own in a few batches, and the clock follows.
 */
import type { DueWork } from '../platform/due-work.ts';
import { DomainError } from '../values/errors.ts';

export interface Advance {
  readonly due: readonly DueWork[];
  readonly target: Date;
  readonly now: () => Date;
  /** Moves time on; never back. */
  readonly setTo: (instant: Date) => Promise<void>;
  /** Lets another process finish what it is at. */
  readonly pause: () => Promise<void>;
}

/** How often nothing gets done of what is due at one instant: with the pauses between, some seconds. */
export const MAX_IDLE_VISITS = 50;
/** A run does some of what is due: ten million things of one instant are still done. */
const MAX_VISITS = 10_000;

/** Time stands at an instant whose work does not get done. */
export class ClockStuckError extends DomainError {
  readonly code = 'CLOCK_STUCK';

  constructor(name: string, dueAt: Date, now: Date) {
    super(
      `Time stopped at ${now.toISOString()}: ${name} has something due at ${dueAt.toISOString()} and does not get it done. ` +
        'What was due before is done. Advance again to go on.',
    );
  }
}

/** Time stands on its way, because the database could not go on. What was done by then stands. */
export class ClockStoppedError extends DomainError {
  readonly code = 'CLOCK_STUCK';

  constructor(now: Date, target: Date, options: { readonly cause: unknown }) {
    super(
      `Time stopped on its way to ${target.toISOString()}, at ${now.toISOString()} or a step later: the database could not go on. ` +
        'What was due before is done. Advance "to" the same instant to go on.',
      options,
    );
  }
}

/** @throws ClockStuckError where something stays due, however often it is run. */
export async function advance({ due, target, now, setTo, pause }: Advance): Promise<void> {
  let [visits, idle] = [0, 0];
  let before: Date | undefined;
  for (let [nearest, next] = await findAll(due); nearest && nearest.at <= target; [nearest, next] = await findAll(due)) {
    if (nearest.at.getTime() !== before?.getTime()) [visits, idle] = [0, 0];
    before = nearest.at;
    visits += 1;
    const done = await doNearest(nearest, next);
    if (done > 0 && visits < MAX_VISITS) continue;
    idle += 1;
    if (idle > MAX_IDLE_VISITS) throw new ClockStuckError(nearest.work.name, nearest.at, now());
    await pause();
  }
  await setTo(target);

  async function doNearest({ work, at }: Appointment, next: Appointment | undefined): Promise<number> {
    const until = next && next.at <= target ? new Date(next.at.getTime() - 1) : target;
    if (work.runAhead && at <= until) return work.runAhead(until);
    if (at > now()) await setTo(at);
    return work.run(now());
  }
}

interface Appointment {
  readonly work: DueWork;
  readonly at: Date;
}

/** In the order in which they are due; of those that are due at once, the first in the list. */
async function findAll(due: readonly DueWork[]): Promise<readonly Appointment[]> {
  const all = await Promise.all(due.map(async (work) => ({ work, at: await work.nextAt() })));
  return all.flatMap(({ work, at }) => (at ? [{ work, at }] : [])).sort((a, b) => a.at.getTime() - b.at.getTime());
}
