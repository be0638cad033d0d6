import type { ItemPrice } from '../../catalog/types.ts';
import { mostUnits } from '../../purchases/quote/charge.ts';
import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import type { Setting } from '../model/types.ts';

/**
 * How many packs bring a balance above the threshold in one charge: those that were set, or as many
 * more as are missing. Pure.
 */
export function packsFor(
  { threshold, quantity }: Pick<Setting, 'threshold' | 'quantity'>,
  remaining: Decimal,
  billingUnits: Decimal,
): bigint {
  const set = quantity / billingUnits;
  const missing = remaining > threshold ? 0n : (threshold - remaining) / billingUnits + 1n;
  return larger(missing, set);
}

/** The same, as many as one purchase may buy. */
export function packsToBuy(setting: Pick<Setting, 'threshold' | 'quantity'>, remaining: Decimal, price: ItemPrice): bigint {
  return smaller(packsFor(setting, remaining, price.billingUnits), mostUnits(price));
}
