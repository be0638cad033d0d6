/** What a customer who attaches now pays now, and later. Pure. */
import { addInterval } from '../../values/interval.ts';
import type { Money } from '../../values/money.ts';
import { type Quote, sumOf } from './quote.ts';

export interface Preview extends Quote {
  /** What is charged when the plan is attached; null: nothing. */
  readonly dueNow: Money | null;
  /** The first payment after that; null where nothing recurs. */
  readonly nextPayment: NextPayment | null;
}

export interface NextPayment {
  readonly amount: Money;
  readonly at: Date;
}

/**
 * The preview of a first purchase at the instant `now`: all lines are due now, and those that recur
 * are due again each interval later. A change of what a customer has already is prorated, which the
 * payment provider works out.
 */
export function previewFirst(quote: Quote, now: Date): Preview {
  const recurring = quote.lines.filter(({ interval }) => interval !== null);
  const [interval, amount] = [recurring[0]?.interval, sumOf(recurring)];
  const nextPayment = interval && amount ? { amount, at: addInterval(now, interval) } : null;
  return { ...quote, dueNow: quote.total, nextPayment };
}
