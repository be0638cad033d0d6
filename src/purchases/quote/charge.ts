/** What a number of billing units costs, and how many units a sum needs. Pure. */
import type { ItemPrice } from '../../catalog/types.ts';
import { type Decimal, larger, smaller, times, unitsCovering } from '../../values/decimal.ts';
import { tierParts } from './tiers.ts';

/** The most packs that a payment page can ask for. */
export const MAX_UNITS = 999_999n;

/** What `units` billing units cost, with flat amounts. */
export function chargeFor(price: ItemPrice, units: bigint): Decimal {
  return tierParts(price, times(price.billingUnits, units)).reduce(
    (sum, part) =>
      sum + times(part.amount.amount, unitsCovering(part.quantity, price.billingUnits)) + (part.flatAmount?.amount ?? 0n),
    0n,
  );
}

/** The most billing units that one purchase may buy. */
export function mostUnits({ maxPurchase, billingUnits }: ItemPrice): bigint {
  const most = maxPurchase === null ? MAX_UNITS : maxPurchase / billingUnits;
  return most < MAX_UNITS ? most : MAX_UNITS;
}

/**
 * The fewest billing units, `from` or more, whose charge `isEnough`; undefined where no quantity
 * that may be bought is enough. More units may cost less with VOLUME tiers, but never within one
 * tier, so this searches each tier by itself.
 */
export function fewestUnits(price: ItemPrice, from: bigint, isEnough: (charge: Decimal) => boolean): bigint | undefined {
  let first = from;
  for (const last of lastUnits(price)) {
    if (last < first) continue;
    if (isEnough(chargeFor(price, last))) return firstEnough(price, first, last, isEnough);
    first = last + 1n;
  }
  return undefined;
}

/** The greatest charge of all quantities that may be bought. */
export function greatestCharge(price: ItemPrice): Decimal {
  return lastUnits(price)
    .map((units) => chargeFor(price, units))
    .reduce(larger, 0n);
}

/** The smallest charge of all quantities above zero that may be bought. */
export function smallestCharge(price: ItemPrice): Decimal {
  const lasts = lastUnits(price).filter((units) => units > 0n);
  const firsts = [1n, ...lasts.slice(0, -1).map((last) => last + 1n)];
  return firsts.map((units) => chargeFor(price, units)).reduce(smaller);
}

/** The last unit of each tier that can be reached, lowest first. */
function lastUnits(price: ItemPrice): readonly bigint[] {
  const most = mostUnits(price);
  const ends = (price.tiers ?? []).flatMap(({ upTo }) => (upTo === null ? [] : [upTo / price.billingUnits]));
  return [...ends.filter((end) => end < most), most];
}

/** Finds the fewest enough units by bisection. */
function firstEnough(price: ItemPrice, from: bigint, to: bigint, isEnough: (charge: Decimal) => boolean): bigint {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (isEnough(chargeFor(price, middle))) high = middle;
    else low = middle + 1n;
  }
  return low;
}
