import { refuseInput } from '../../values/errors.ts';
import { formatInterval } from '../../values/interval.ts';
import type { Quote } from '../quote/quote.ts';

/**
 * Refuses an attach that would have to be paid again and again. A plan that has recurring prices,
 * of which this attach buys nothing, is attached as any other.
 * @throws InvalidInputError.
 */
export function refuseRecurring({ lines }: Quote): void {
  const interval = lines.find((line) => line.interval !== null)?.interval;
  if (!interval) return;
  refuseInput(
    ['planId'],
    `what is asked for is paid every ${formatInterval(interval)}: the payment provider is not connected for that yet`,
  );
}
