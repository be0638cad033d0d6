/** How much of what a payment granted has to be taken back, because money was returned. Pure. */
import type { Decimal } from '../../values/decimal.ts';

/**
 * What of a payment's units of one feature has to be taken back in all: in proportion to what was
 * returned, rounded down at the 12th place. Once everything is returned, it is all of them, so that
 * the last return takes what rounding left.
 * @param granted what the payment granted of the feature, zero or above.
 * @param returned what was returned of the payment so far.
 * @param paid what was paid; where nothing was, nothing is taken back.
 */
export function takenBackOf(granted: Decimal, { returned, paid }: { returned: Decimal; paid: Decimal }): Decimal {
  if (paid <= 0n || returned <= 0n) return 0n;
  return returned >= paid ? granted : (granted * returned) / paid;
}
