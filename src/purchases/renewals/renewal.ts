/** What a paid invoice renews. Pure. */
import { type Decimal, times } from '../../values/decimal.ts';
import { type CheckoutLine, costOfRenewal } from '../model/checkout-line.ts';
import type { Invoice, Period } from '../model/provider-subscriptions.ts';
import type { Purchase, Quantity } from '../model/types.ts';

export interface Renewal {
  /** The period that it pays for. */
  readonly period: Period;
  /** What is bought of each feature for that period. */
  readonly bought: ReadonlyMap<string, Decimal>;
}

/**
 * What an invoice renews: the recurring lines that Brim asked for, in the quantities of the
 * invoice; null where it renews nothing. A line that only corrects for a change within a period
 * renews nothing, and neither does one that somebody else added.
 * @param lines what Brim asked for, by the places that the invoice's lines name.
 * @param quantities what was bought with those lines, with what cost nothing beside them.
 */
export function renewalOf(
  { lines: billed }: Pick<Invoice, 'lines'>,
  lines: readonly CheckoutLine[],
  quantities: readonly Pick<Quantity, 'featureId' | 'bought'>[],
): Renewal | null {
  const renewing = billed.filter(({ index, isRecurring, isProration }) => {
    return index !== null && lines[index]?.recurring && isRecurring && !isProration;
  });
  const [first] = renewing;
  if (!first) return null;
  const bought = new Map(quantities.map((each) => [each.featureId, each.bought]));
  lines.forEach(({ recurring, units: asked }, place) => {
    if (!recurring || recurring.featureId === null) return;
    const { featureId, perUnit } = recurring;
    const units = renewing.filter(({ index }) => index === place).reduce((sum, line) => sum + line.units, 0);
    bought.set(featureId, (bought.get(featureId) ?? 0n) + times(perUnit, BigInt(units - asked)));
  });
  return { period: renewing.reduce((widest, { period }) => cover(widest, period), first.period), bought };
}

/** What an invoice credits of what a period of this purchase costs. */
export function creditOf({ lines }: Pick<Invoice, 'lines'>, { checkout }: Pick<Purchase, 'checkout'>) {
  const credits = lines.filter(({ isProration, amount }) => isProration && amount.amount < 0n);
  return { amount: credits.reduce((sum, { amount }) => sum - amount.amount, 0n), of: costOfRenewal(checkout?.lines ?? []) };
}

function cover(one: Period, other: Period): Period {
  return {
    start: new Date(Math.min(one.start.getTime(), other.start.getTime())),
    end: new Date(Math.max(one.end.getTime(), other.end.getTime())),
  };
}
