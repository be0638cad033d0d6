import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openTimeSlices } from '../../../src/server/limits/time-slices.ts';

const [LONG, SHORT] = [{ name: 'long' }, { name: 'short' }];

it('a long operation takes many turns, and a short one gets through between them', async () => {
  const slices = openTimeSlices();
  let handed = 0;
  const entries = Array.from({ length: 2_000 }, () => slices.enter(LONG, 1)).map((entry) => entry?.then(() => (handed += 1)));
  expect(entries.filter((entry) => entry === undefined)).toHaveLength(200);
  const short = slices.enter(SHORT, 1)?.then(() => handed);
  // Behind at most the entries of the long operation in the first turn.
  expect(await short).toBeLessThan(200);
  const perTurn: number[] = [];
  while (handed < 1_800) {
    const before = handed;
    await turn();
    perTurn.push(handed - before);
  }
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(200);
  await Promise.all(entries);
});

it('a heavy value gets a turn of its own, and a small one goes on at once', async () => {
  const slices = openTimeSlices();
  expect(slices.enter(LONG, 1_000)).toBeUndefined();
  const order: string[] = [];
  const heavy = [1, 2].map((each) => slices.enter(LONG, 1_000)?.then(() => order.push(`heavy ${each}`)));
  const small = slices.enter(SHORT, 1)?.then(() => order.push('small'));
  await Promise.all([...heavy, small]);
  expect(order).toEqual(['heavy 1', 'small', 'heavy 2']);
  await turn();
  await turn();
  expect(slices.enter(SHORT, 1)).toBeUndefined();
});
