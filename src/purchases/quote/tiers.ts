import type { ItemPrice, PriceTier } from '../../catalog/types.ts';
import { type Decimal, smaller } from '../../values/decimal.ts';

/**
 * Which part of a purchase is charged at which price. Pure.
 *
 * Tiers count what is purchased, in units of the feature. A tier begins after the end of the one
 * before it, and its own end is inside. A price without tiers is one tier without an end. Beyond a
 * last tier that ends, the price's own amount applies, without a flat amount.
 */
export interface TierPart {
  /** The tier begins after so many units: 0 for the first. */
  readonly beyond: Decimal;
  /** The last unit in the tier; null: no end. */
  readonly upTo: Decimal | null;
  /** What is charged at this price: a whole multiple of the billing units, above zero. */
  readonly quantity: Decimal;
  /** The price of one billing unit. */
  readonly amount: PriceTier['amount'];
  /** Charged once; null: nothing. */
  readonly flatAmount: PriceTier['flatAmount'];
}

/**
 * GRADUATED: a part for each tier that the quantity reaches into, lowest first. VOLUME: one part,
 * in the tier into which the quantity falls. Where nothing is bought, no flat amount is charged
 * either.
 */
export function tierParts(price: Pick<ItemPrice, 'amount' | 'tiers' | 'tierMode'>, quantity: Decimal): readonly TierPart[] {
  const reached = rangesOf(price).filter(({ beyond }) => beyond < quantity);
  if (price.tierMode === 'VOLUME') return reached.slice(-1).map((tier) => ({ ...tier, quantity }));
  return reached.map((tier) => ({ ...tier, quantity: smaller(quantity, tier.upTo ?? quantity) - tier.beyond }));
}

/** The tiers with their beginnings, and what lies beyond the last. */
function rangesOf({ amount, tiers }: Pick<ItemPrice, 'amount' | 'tiers'>): readonly Omit<TierPart, 'quantity'>[] {
  const named = tiers ?? [];
  const ranges = named.map((tier, index) => ({ ...tier, beyond: named[index - 1]?.upTo ?? 0n }));
  const end = named.length > 0 ? (named.at(-1)?.upTo ?? null) : 0n;
  return end === null ? ranges : [...ranges, { beyond: end, upTo: null, amount, flatAmount: null }];
}
