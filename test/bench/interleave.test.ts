import { describe, expect, it } from 'vitest';
import { compare, interleave } from '../../bench/interleave.ts';

const rate = (perSecond: number, p50Ms = 1) => ({ perSecond, p50Ms, p99Ms: 2 });

describe('contenders that are compared', () => {
  it('take turns, every second turn in the other order, after each has warmed up', async () => {
    const asked: string[] = [];
    const contender = (name: string) => ({
      name,
      run: async (seconds: number) => {
        asked.push(`${name} ${seconds}`);
        return rate(name === 'Brim' ? 30 : 10);
      },
    });
    const turns = { warmUpSeconds: 9, turns: 2, seconds: 1 };
    const { rate: own, ratios } = await interleave(contender('Brim'), [contender('a'), contender('b')], turns);
    expect(asked).toEqual(['Brim 9', 'a 9', 'b 9', 'Brim 1', 'a 1', 'b 1', 'b 1', 'a 1', 'Brim 1']);
    expect(own.perSecond).toBe(30);
    expect(ratios).toEqual([
      { rival: 'a', median: 3, least: 3, most: 3 },
      { rival: 'b', median: 3, least: 3, most: 3 },
    ]);
  });

  it('have the median of the turns as their ratio, so that one slow turn changes nothing', () => {
    const turns = [
      [rate(20), rate(10)],
      [rate(2), rate(10)],
      [rate(22), rate(10)],
    ];
    const { ratios } = compare(turns, ['naive'], 'perSecond');
    expect(ratios).toEqual([{ rival: 'naive', median: 2, least: 0.2, most: 2.2 }]);
  });

  it('can be compared by their latency', () => {
    const { ratios } = compare([[rate(1, 3), rate(1, 2)]], ['naive'], 'p50Ms');
    expect(ratios[0]?.median).toBe(1.5);
  });
});
