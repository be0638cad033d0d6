/**
 * Runs what time brings, at its instant, for as long as the app runs.
 *
 * Each due work has a loop of its own: it sleeps until the nearest instant of the work, runs it for as long as something is due, and
 * asks again. So one that is slow or fails keeps no other waiting. Distances are measured with the clock, and slept in real time.
 */
import type { Clock } from '../values/clock.ts';
import type { DueWork } from './due-work.ts';
import type { Log } from './log.ts';

export interface Scheduler {
  /** Something will be due at this instant, perhaps sooner than is known. Shortens a sleep, and never lengthens one. */
  wake(at: Date): void;
  /** Waits for what is being done. */
  close(): Promise<void>;
}

export interface SchedulerDeps {
  readonly due: readonly DueWork[];
  readonly clock: Clock;
  readonly log: Log;
  /** Where the clock is moved by other processes: learns of it. */
  readonly sync?: (() => Promise<void>) | undefined;
}

/** Another process may have made something due sooner than this one knows. */
const LONGEST_SLEEP_MS = 5_000;
/** What failed, or is being done by another process, is let alone for so long. */
const REST_MS = 1_000;
/** A clock of a test may stand still just before an instant: nothing spins there. */
const SHORTEST_SLEEP_MS = 5;

export function startScheduler({ due, ...deps }: SchedulerDeps): Scheduler {
  const wake = (at: Date) => {
    for (const loop of loops) loop.wake(at);
  };
  // What one work has done may be what another has waited for.
  const loops = due.map((work) => startLoop({ ...deps, work, onDone: () => wake(deps.clock.now()) }));
  return {
    wake,
    async close() {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

interface LoopDeps extends Omit<SchedulerDeps, 'due'> {
  readonly work: DueWork;
  readonly onDone: () => void;
}

function startLoop({ work, clock, log, sync, onDone }: LoopDeps): Scheduler {
  let closed = false;
  let turn = Promise.resolve();
  let isAtWork = false;
  /** The nearest instant that the turn under way may have missed. */
  let wokenFor: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** By the process's own stopwatch. */
  let sleepsUntilMs = 0;
  let isResting = false;
  let isFailing = false;

  const distanceTo = (at: Date) => Math.max(SHORTEST_SLEEP_MS, at.getTime() - clock.now().getTime());

  function sleep(forMs: number): void {
    isAtWork = false;
    if (closed) return;
    clearTimeout(timer);
    sleepsUntilMs = performance.now() + forMs;
    timer = setTimeout(beginTurn, forMs).unref();
  }

  function beginTurn(): void {
    wokenFor = undefined;
    isResting = false;
    isAtWork = true;
    turn = takeTurn();
  }

  async function takeTurn(): Promise<void> {
    try {
      await sync?.();
      const next = await runDue();
      isResting = next === 'left';
      if (isFailing) log.info(`scheduler: ${work.name} works again`);
      isFailing = false;
      const known = isResting ? [] : [next, wokenFor].filter((at) => at instanceof Date);
      sleep(isResting ? REST_MS : Math.min(LONGEST_SLEEP_MS, ...known.map(distanceTo)));
    } catch (error) {
      // An outage of an hour is one line, and not thousands.
      log[isFailing ? 'debug' : 'error']({ err: error }, `scheduler: ${work.name} failed; trying again`);
      isFailing = true;
      isResting = true;
      sleep(REST_MS);
    }
  }

  /** @returns when something is due next; `left` where a run does not do what is due now. */
  async function runDue(): Promise<Date | null | 'left'> {
    let wasDone = true;
    for (;;) {
      const next = await work.nextAt();
      if (closed || next === null || next > clock.now()) return next;
      if (!wasDone) return 'left';
      wasDone = (await work.run(clock.now())) > 0;
      if (wasDone) onDone();
    }
  }

  beginTurn();
  return {
    wake(at) {
      if (isAtWork) wokenFor = wokenFor && wokenFor < at ? wokenFor : at;
      else if (!isResting && performance.now() + distanceTo(at) < sleepsUntilMs) sleep(distanceTo(at));
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
