/**
 * Moves time step by step: from one instant at which work is due to the next, and does the work
 * there. So an advance of a year makes the entries that a year would have made, at the same
 * instants.
 *
 * Work that can run ahead does all of its own up to the next instant of other work in a few
 * batches, and the clock follows.
 */
import type { DueWork } from '../platform/due-work.ts';
import { DomainError } from '../values/errors.ts';

export interface Advance {
  readonly due: readonly DueWork[];
  readonly target: Date;
  readonly now: () => Date;
  /** Moves the clock forward, never back. */
  readonly setTo: (instant: Date) => Promise<void>;
  /** Waits while another process finishes its work. */
  readonly pause: () => Promise<void>;
}

/**
 * How often work that is due at one instant may do nothing. With the pauses between: some seconds.
 */
export const MAX_IDLE_VISITS = 50;
/**
 * The most runs at one instant. A run does some of what is due, so ten million items of one instant
 * are possible.
 */
const MAX_VISITS = 10_000;

/** The clock stopped at an instant whose work does not get done. */
export class ClockStuckError extends DomainError {
  readonly code = 'CLOCK_STUCK';

  constructor(name: string, dueAt: Date, now: Date) {
    super(
      `Time stopped at ${now.toISOString()}: ${name} has something due at ${dueAt.toISOString()} and does not get it done. ` +
        'What was due before is done. Advance again to go on.',
    );
  }
}

/**
 * The clock stopped before its target because the database failed. What was done by then is kept.
 */
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

/** @throws ClockStuckError if something stays due after many runs. */
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

  async function doNearest({ work, at }: DueInstant, next: DueInstant | undefined): Promise<number> {
    const until = next && next.at <= target ? new Date(next.at.getTime() - 1) : target;
    if (work.runAhead && at <= until) return work.runAhead(until);
    if (at > now()) await setTo(at);
    return work.run(now());
  }
}

interface DueInstant {
  readonly work: DueWork;
  readonly at: Date;
}

/**
 * In the order in which they are due. Work that is due at the same instant keeps the order of the
 * list.
 */
async function findAll(due: readonly DueWork[]): Promise<readonly DueInstant[]> {
  const all = await Promise.all(due.map(async (work) => ({ work, at: await work.nextAt() })));
  return all.flatMap(({ work, at }) => (at ? [{ work, at }] : [])).sort((a, b) => a.at.getTime() - b.at.getTime());
}
