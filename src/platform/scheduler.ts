/**
 * Runs due work at its instant, for as long as the app runs.
 *
 * Each kind of work has a loop of its own: it sleeps until the nearest due instant, runs the work
 * until nothing is due, and asks again. So slow or failing work delays no other. The clock measures
 * the distance to an instant; the sleep is in real time.
 */
import type { Clock } from '../values/clock.ts';
import type { DueWork } from './due-work.ts';
import type { Log } from './log.ts';

export interface Scheduler {
  /**
   * Announces that something will be due at this instant. Shortens a sleep, and never lengthens
   * one.
   */
  wake(at: Date): void;
  /** Waits for running work. */
  close(): Promise<void>;
}

export interface SchedulerDeps {
  readonly due: readonly DueWork[];
  readonly clock: Clock;
  readonly log: Log;
  /** Reads the clock's position where other processes can move it. */
  readonly sync?: (() => Promise<void>) | undefined;
}

/** Another process may have made something due sooner than this one knows. */
const LONGEST_SLEEP_MS = 5_000;
/** How long work waits that failed, or that another process is doing. */
const BACK_OFF_MS = 1_000;
/** A test clock may stand still just before an instant; this keeps the loop from spinning. */
const SHORTEST_SLEEP_MS = 5;

export function startScheduler({ due, ...deps }: SchedulerDeps): Scheduler {
  const wake = (at: Date) => {
    for (const loop of loops) loop.wake(at);
  };
  // Finished work of one kind may make work of another kind due.
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
  const longestSleepMs = work.lookEveryMs ?? LONGEST_SLEEP_MS;
  let closed = false;
  let turn = Promise.resolve();
  let isAtWork = false;
  /** The nearest announced instant that the current run may have missed. */
  let wokenFor: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** By the process's monotonic clock. */
  let sleepsUntilMs = 0;
  let isBackingOff = false;
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
    isBackingOff = false;
    isAtWork = true;
    turn = takeTurn();
  }

  async function takeTurn(): Promise<void> {
    try {
      await sync?.();
      const next = await runDue();
      isBackingOff = next === 'left';
      if (isFailing) log.info(`scheduler: ${work.name} works again`);
      isFailing = false;
      const known = isBackingOff ? [] : [next, wokenFor].filter((at) => at instanceof Date);
      sleep(isBackingOff ? BACK_OFF_MS : Math.min(longestSleepMs, ...known.map(distanceTo)));
    } catch (error) {
      // An outage of an hour is logged once, and not thousands of times.
      log[isFailing ? 'debug' : 'error']({ err: error }, `scheduler: ${work.name} failed; trying again`);
      isFailing = true;
      isBackingOff = true;
      sleep(BACK_OFF_MS);
    }
  }

  /** @returns when something is due next; `left` where a run did not do what is due now. */
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
      else if (!isBackingOff && performance.now() + distanceTo(at) < sleepsUntilMs) sleep(distanceTo(at));
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
