export interface Interval {
  readonly unit: string;
  readonly count: number;
}

/** "month", "3 months": what stands after "each" or "after". */
export function intervalText({ unit, count }: Interval): string {
  const name = unit.toLowerCase().replace('_', '-');
  const one = name === 'semi-annual' ? 'half-year' : name;
  return count === 1 ? one : `${count} ${one}s`;
}
