import { describe, expect, it } from 'vitest';
import type { DueWork } from '../../src/platform/due-work.ts';
import { type Advance, advance, ClockStuckError, MAX_IDLE_VISITS } from '../../src/time/advance.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute));

/** A clock that stands still unless it is set, and that is never set back. */
function standingClock() {
  let time = at(0);
  const instants: Date[] = [];
  const clock: Pick<Advance, 'now' | 'setTo' | 'pause'> & { readonly instants: readonly Date[] } = {
    instants,
    now: () => time,
    async setTo(instant) {
      expect(instant.getTime()).toBeGreaterThanOrEqual(time.getTime());
      time = instant;
      instants.push(instant);
    },
    pause: async () => undefined,
  };
  return clock;
}

/** Due at these minutes, one at each run; says what it does into `log`. */
function workAt(name: string, minutes: readonly number[], log: string[]): DueWork {
  const left = [...minutes];
  return {
    name,
    nextAt: async () => (left[0] === undefined ? null : at(left[0])),
    async run(now) {
      const [minute] = left;
      if (minute === undefined || at(minute) > now) return 0;
      left.shift();
      log.push(`${name} ${minute} at ${now.getUTCMinutes()}`);
      return 1;
    },
  };
}

describe('an advance', () => {
  it('goes to the target if nothing is due', async () => {
    const clock = standingClock();
    await advance({ ...clock, due: [workAt('later', [31], [])], target: at(30) });
    expect(clock.instants).toEqual([at(30)]);
  });

  it('stops at every instant at which something is due, the target too, in their order', async () => {
    const clock = standingClock();
    const log: string[] = [];
    await advance({ ...clock, due: [workAt('a', [5, 20, 30], log), workAt('b', [10, 20], log)], target: at(30) });
    expect(log).toEqual(['a 5 at 5', 'b 10 at 10', 'a 20 at 20', 'b 20 at 20', 'a 30 at 30']);
    expect(clock.instants).toEqual([at(5), at(10), at(20), at(30), at(30)]);
  });

  it('does all that is due at one instant before it goes on', async () => {
    const log: string[] = [];
    await advance({ ...standingClock(), due: [workAt('a', [5, 5, 5, 6], log)], target: at(30) });
    expect(log).toEqual(['a 5 at 5', 'a 5 at 5', 'a 5 at 5', 'a 6 at 6']);
  });

  it('does overdue work at the present time', async () => {
    const log: string[] = [];
    await advance({ ...standingClock(), due: [workAt('a', [-5, 5], log)], target: at(30) });
    expect(log).toEqual(['a -5 at 0', 'a 5 at 5']);
  });

  it('does work that becomes due because of work on the way', async () => {
    const log: string[] = [];
    const later: number[] = [];
    const follower: DueWork = {
      name: 'follower',
      nextAt: async () => (later[0] === undefined ? null : at(later[0])),
      run: async (now) => (later[0] !== undefined && at(later[0]) <= now ? log.push(`follower at ${later.shift()}`) : 0),
    };
    const first = workAt('first', [5], log);
    const leader: DueWork = {
      ...first,
      async run(now) {
        const done = await first.run(now);
        if (done > 0) later.push(5, 15);
        return done;
      },
    };
    await advance({ ...standingClock(), due: [follower, leader], target: at(30) });
    expect(log).toEqual(['first 5 at 5', 'follower at 5', 'follower at 15']);
  });

  it('lets work run ahead between the instants of other work, while the clock follows, and runs both in turn where both are due', async () => {
    const log: string[] = [];
    const clock = standingClock();
    const runner = workAt('runner', [5, 6, 10, 20, 25, 40], log);
    const ahead: DueWork = {
      ...runner,
      async runAhead(until) {
        log.push(`ahead at ${clock.now().getUTCMinutes()} until ${until.toISOString().slice(14, 23)}`);
        return runner.run(until);
      },
    };
    await advance({ ...clock, due: [ahead, workAt('other', [10, 20], log)], target: at(30) });
    expect(log).toEqual([
      ...['ahead at 0 until 09:59.999', 'runner 5 at 9', 'ahead at 0 until 09:59.999', 'runner 6 at 9'],
      ...['runner 10 at 10', 'other 10 at 10', 'runner 20 at 20', 'other 20 at 20'],
      ...['ahead at 20 until 30:00.000', 'runner 25 at 30'],
    ]);
    expect(clock.instants).toEqual([at(10), at(20), at(30)]);
  });

  it('waits for work that another process does', async () => {
    let pauses = 0;
    const work: DueWork = { name: 'shared', nextAt: async () => (pauses < 3 ? at(5) : null), run: async () => 0 };
    const clock = standingClock();
    await advance({
      ...clock,
      due: [work],
      target: at(30),
      pause: async () => {
        pauses += 1;
      },
    });
    expect(pauses).toBe(3);
    expect(clock.instants.at(-1)).toEqual(at(30));
  });

  it.each([
    ['does nothing', 0],
    ['says that it did something', 1],
  ])('gives up, at that instant, on work that stays due and %s', async (_what, answer) => {
    let runs = 0;
    const stuck: DueWork = { name: 'stuck', nextAt: async () => at(5), run: async () => (runs++ % 2 === 0 ? answer : 0) };
    const clock = standingClock();
    const advancing = advance({ ...clock, due: [stuck], target: at(30) });
    await expect(advancing).rejects.toThrow(ClockStuckError);
    await expect(advancing).rejects.toThrow('stuck has something due at 2026-01-31T12:05:00.000Z');
    expect(clock.now()).toEqual(at(5));
    expect(runs).toBeLessThanOrEqual(2 * (MAX_IDLE_VISITS + 1));
  });
});
