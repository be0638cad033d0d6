/** What a part of a billing period costs, as Stripe counts it: by seconds. Pure. */
import type { Period } from './calendar.ts';

/**
 * The share of an amount, in minor units, for what is left of the period at an instant, rounded to
 * the nearest unit, half away from zero.
 */
export function proratedAmount(amount: number, { start, end }: Period, at: number): number {
  const whole = BigInt(end - start);
  const left = BigInt(Math.min(Math.max(end - at, 0), end - start));
  const [size, sign] = amount < 0 ? [BigInt(-amount), -1] : [BigInt(amount), 1];
  return sign * Number((2n * size * left + whole) / (2n * whole));
}
