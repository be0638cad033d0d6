/**
 * How time is moved: not in one leap, but from one instant at which something is due to the next, and what is due is done there.
 * So an advance of a year leaves the entries that a year would have left, at the instants at which it would have left them.
 */
import type { DueWork } from '../due.ts';
import { DomainError } from '../errors.ts';

export interface Advance {
  readonly due: readonly DueWork[];
  readonly target: Date;
  readonly now: () => Date;
  /** Moves time on; never back. */
  readonly setTo: (instant: Date) => Promise<void>;
  /** Lets another process finish what it is at. */
  readonly pause: () => Promise<void>;
}

/** How often one instant is gone back to: with the pauses between, some seconds. */
export const MAX_VISITS = 50;
/** A run does some of what is due: a million things of one instant are still done. */
const MAX_RUNS = 10_000;

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

/** @throws ClockStuckError where something stays due, however often it is run. */
export async function advance({ due, target, now, setTo, pause }: Advance): Promise<void> {
  let visited: { readonly at: Date; readonly times: number } | undefined;
  for (let nearest = await findNearest(due); nearest && nearest.at <= target; nearest = await findNearest(due)) {
    const times = visited?.at.getTime() === nearest.at.getTime() ? visited.times + 1 : 1;
    if (times > MAX_VISITS) throw new ClockStuckError(nearest.name, nearest.at, now());
    visited = { at: nearest.at, times };

    const at = new Date(Math.max(nearest.at.getTime(), now().getTime()));
    await setTo(at);
    if ((await runAll(due, at)) === 0) await pause();
  }
  await setTo(target);
}

async function findNearest(due: readonly DueWork[]): Promise<{ readonly name: string; readonly at: Date } | undefined> {
  const all = await Promise.all(due.map(async (work) => ({ name: work.name, at: await work.nextAt() })));
  return all
    .flatMap(({ name, at }) => (at ? [{ name, at }] : []))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .at(0);
}

/** Runs them in their order, and again for as long as any of them did something. @returns how much was done. */
async function runAll(due: readonly DueWork[], at: Date): Promise<number> {
  let all = 0;
  for (let run = 0; run < MAX_RUNS; run += 1) {
    let done = 0;
    for (const work of due) done += await work.run(at);
    if (done === 0) break;
    all += done;
  }
  return all;
}
