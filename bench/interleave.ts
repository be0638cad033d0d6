/**
 * Measures contenders in turns, A B A B, so that what slows the machine for a while slows all of
 * them. A ratio is made within one turn; the median of the turns is reported, and their spread.
 */
import { median, type Rate } from './rate.ts';

export interface Contender {
  readonly name: string;
  run(seconds: number): Promise<Rate>;
}

/** By which number two contenders are compared. */
export type Measure = 'perSecond' | 'p50Ms';

export interface Ratio {
  readonly rival: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Comparison {
  /** The median of each number of the first contender. */
  readonly rate: Rate;
  /** The first contender's number over each rival's. */
  readonly ratios: readonly Ratio[];
}

export interface Turns {
  /** Before the first turn, of each contender: until what is hot is compiled. */
  readonly warmUpSeconds: number;
  readonly turns: number;
  readonly seconds: number;
}

export async function interleave(
  first: Contender,
  rivals: readonly Contender[],
  { warmUpSeconds, turns, seconds }: Turns,
  by: Measure = 'perSecond',
): Promise<Comparison> {
  const all = [first, ...rivals];
  for (const each of all) await each.run(warmUpSeconds);
  const rates: Rate[][] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const ofTurn: Rate[] = [];
    // Every second turn backwards, so that nobody always follows the same one.
    const order = turn % 2 === 0 ? all.keys() : [...all.keys()].reverse();
    for (const index of order) {
      const contender = all[index];
      if (contender) ofTurn[index] = await contender.run(seconds);
    }
    rates.push(ofTurn);
  }
  return compare(
    rates,
    rivals.map(({ name }) => name),
    by,
  );
}

/** @param rates by turn and contender. */
export function compare(rates: readonly (readonly Rate[])[], rivals: readonly string[], by: Measure): Comparison {
  const own = rates.flatMap(([rate]) => (rate ? [rate] : []));
  const ratios = rivals.map((rival, index) => {
    const ofTurns = rates.map((ofTurn) => (ofTurn[0]?.[by] ?? 0) / (ofTurn[index + 1]?.[by] ?? 0));
    return { rival, median: median(ofTurns), least: Math.min(...ofTurns), most: Math.max(...ofTurns) };
  });
  const middle = (which: keyof Rate) => median(own.map((rate) => rate[which]));
  return { rate: { perSecond: middle('perSecond'), p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms') }, ratios };
}
