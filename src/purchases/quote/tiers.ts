import type { ItemPrice, PriceTier } from '../../catalog/types.ts';
import { type Decimal, smaller } from '../../values/decimal.ts';

/**
 * Which part of a purchase is charged at which price. Pure.
 *
 * Tiers are counted over what is purchased, in units of the feature: a tier begins after the one before it ends, and its end
 * is still inside. A price without tiers is one tier without an end; one whose last tier ends goes on at its own amount, without
 * a flat amount.
 */
export interface TierPart {
  /** The tier begins after so many units: 0 for the first. */
  readonly beyond: Decimal;
  /** The last unit in the tier; null: no end. */
  readonly upTo: Decimal | null;
  /** What is charged at this price: a whole multiple of the billing units, above zero. */
  readonly quantity: Decimal;
  /** Of one billing unit. */
  readonly amount: PriceTier['amount'];
  /** Charged once; null: nothing. */
  readonly flatAmount: PriceTier['flatAmount'];
}

/**
 * GRADUATED: a part for each tier that the quantity reaches into, the lowest first. VOLUME: one part, in the tier in which the
 * quantity falls. Where nothing is bought nothing is charged, no flat amount either.
 */
export function tierParts(price: Pick<ItemPrice, 'amount' | 'tiers' | 'tierMode'>, quantity: Decimal): readonly TierPart[] {
  const reached = rangesOf(price).filter(({ beyond }) => beyond < quantity);
  if (price.tierMode === 'VOLUME') return reached.slice(-1).map((tier) => ({ ...tier, quantity }));
  return reached.map((tier) => ({ ...tier, quantity: smaller(quantity, tier.upTo ?? quantity) - tier.beyond }));
}

/** The tiers, each with its beginning, and what lies beyond the last. */
function rangesOf({ amount, tiers }: Pick<ItemPrice, 'amount' | 'tiers'>): readonly Omit<TierPart, 'quantity'>[] {
  const named = tiers ?? [];
  const ranges = named.map((tier, index) => ({ ...tier, beyond: named[index - 1]?.upTo ?? 0n }));
  const end = named.length > 0 ? (named.at(-1)?.upTo ?? null) : 0n;
  return end === null ? ranges : [...ranges, { beyond: end, upTo: null, amount, flatAmount: null }];
}
