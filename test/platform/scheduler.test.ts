import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DueWork } from '../../src/platform/due-work.ts';
import { openLog } from '../../src/platform/log.ts';
import { type Scheduler, startScheduler } from '../../src/platform/scheduler.ts';
import { systemClock } from '../../src/values/clock.ts';

const START = Date.UTC(2026, 0, 31, 12);
const inMs = (ms: number) => new Date(START + ms);
const sinceStart = () => Date.now() - START;

let scheduler: Scheduler | undefined;
const log = openLog('silent');

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(async () => {
  await scheduler?.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/**
 * Work that is due at these instants, one for each run. It remembers when it ran, and how often it
 * was asked.
 */
function workAt(...dueMs: number[]) {
  const left = dueMs;
  const ranMs: number[] = [];
  const work = {
    name: 'work',
    asked: 0,
    left,
    ranMs,
    async nextAt() {
      work.asked += 1;
      return left[0] === undefined ? null : inMs(left[0]);
    },
    async run(now: Date) {
      if (left[0] === undefined || inMs(left[0]) > now) return 0;
      left.shift();
      return ranMs.push(now.getTime() - START);
    },
  };
  return work;
}

/** A promise to wait for, with its resolver. */
function gate() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { released, release };
}

function start(...due: DueWork[]): Scheduler {
  scheduler = startScheduler({ due, clock: systemClock, log });
  return scheduler;
}

describe('the scheduler', () => {
  it('runs overdue work at once, and the rest at its instant', async () => {
    const work = workAt(-60_000, -1, 1_234, 4_321);
    start(work);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(work.ranMs).toEqual([0, 0, 1_234, 4_321]);
  });

  it('asks once in five seconds where nothing is due', async () => {
    const work = workAt();
    start(work);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work.asked).toBe(13);
  });

  it('finds within five seconds what another process made due', async () => {
    const work = workAt();
    start(work);
    await vi.advanceTimersByTimeAsync(1_000);
    work.left.push(1_500);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(work.ranMs).toEqual([5_000]);
  });

  it('shortens its sleep when it is woken, and never lengthens it', async () => {
    const work = workAt();
    const { wake } = start(work);
    await vi.advanceTimersByTimeAsync(1_000);
    work.left.push(1_500);
    wake(inMs(1_500));
    wake(inMs(4_000));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work.ranMs).toEqual([1_500]);
  });

  it('notices a wake-up while it runs work', async () => {
    const work = workAt(100);
    const { released, release } = gate();
    const slow: DueWork = {
      ...work,
      async nextAt() {
        const next = await work.nextAt();
        if (work.asked === 3) await released;
        return next;
      },
    };
    const { wake } = start(slow);
    await vi.advanceTimersByTimeAsync(200);
    work.left.push(300);
    wake(inMs(300));
    release();
    await vi.advanceTimersByTimeAsync(200);
    expect(work.ranMs).toEqual([100, 300]);
  });

  it('backs off from failed work for a second, despite wake-ups, and continues with the other work', async () => {
    const errors = vi.spyOn(log, 'error').mockReturnValue(undefined);
    const triedMs: number[] = [];
    const failing: DueWork = {
      name: 'failing',
      nextAt: async () => inMs(0),
      async run() {
        triedMs.push(sinceStart());
        throw new Error('broken');
      },
    };
    const work = workAt(500, 1_500);
    const { wake } = start(failing, work);
    await vi.advanceTimersByTimeAsync(400);
    wake(inMs(400));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(triedMs).toEqual([0, 1_000, 2_000]);
    expect(work.ranMs).toEqual([500, 1_500]);
    // Resolves once; later calls do nothing.
    expect(errors).toHaveBeenCalledTimes(1);
    expect(errors).toHaveBeenCalledWith({ err: new Error('broken') }, 'scheduler: failing failed; trying again');
  });

  it('does not spin over work that stays due and does nothing', async () => {
    let runs = 0;
    const idle: DueWork = {
      name: 'idle',
      nextAt: async () => inMs(0),
      async run() {
        runs += 1;
        return 0;
      },
    };
    start(idle);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(runs).toBe(3);
  });

  it('asks the other loops when one has done something', async () => {
    const follower = workAt();
    const leader = workAt(700);
    start(follower, {
      ...leader,
      async run(now) {
        follower.left.push(700);
        return leader.run(now);
      },
    });
    await vi.advanceTimersByTimeAsync(750);
    expect(leader.ranMs).toEqual([700]);
    expect(follower.ranMs).toEqual([expect.toSatisfy((ms: number) => ms >= 700 && ms <= 710)]);
  });

  it('syncs a moved clock before it reads it', async () => {
    let aheadMs = 0;
    const work = workAt(3_600_000);
    const clock = { now: () => new Date(Date.now() + aheadMs) };
    const sync = async () => {
      aheadMs = sinceStart() >= 5_000 ? 3_600_000 : 0;
    };
    scheduler = startScheduler({ due: [work], clock, log, sync });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(work.ranMs).toEqual([3_605_000]);
  });

  it('waits for running work when it closes, and runs nothing after that', async () => {
    const work = workAt(-1, -1);
    const { released, release } = gate();
    const { close } = start({
      ...work,
      async run(now) {
        await released;
        return work.run(now);
      },
    });
    await vi.advanceTimersByTimeAsync(10);
    let isClosed = false;
    const closing = close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(isClosed).toBe(false);
    release();
    await closing;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work.ranMs).toEqual([0]);
  });
});
