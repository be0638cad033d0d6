/**
 * How the lines of a purchase become prices of Stripe that recur, and how they are found again on
 * an invoice: the product of each line names the place of the line in what Brim asked for. Pure.
 */
import type Stripe from 'stripe';
import type { CheckoutLine } from '../purchases/model/provider.ts';
import { formatInterval, type Interval } from '../values/interval.ts';
import { purchaseOf } from './checkout.ts';
import { type StripeRecurring, toStripeRecurring } from './wire/recurring.ts';

/** The metadata of a product that names the line's place, from 0. */
const LINE = 'brim_line';

/** @throws Error for an interval that no plan can have. */
export function toRecurring(interval: Interval): StripeRecurring {
  const recurring = toStripeRecurring(interval);
  if (!recurring) throw new Error(`Stripe does not charge every ${formatInterval(interval)}.`);
  return recurring;
}

export function isRecurring(lines: readonly CheckoutLine[]): boolean {
  return lines.some(({ recurring }) => recurring !== undefined);
}

/** The line of a purchase that a product stands for. */
export interface ProductLine {
  readonly purchaseId: string;
  readonly index: number;
}

/** The product of a line: what it is called, and which line of which purchase it is. */
export function productOf(
  line: CheckoutLine,
  { purchaseId, index }: ProductLine,
): { name: string; metadata: Record<string, string> } {
  return { name: line.description, metadata: { brim_purchase_id: purchaseId, [LINE]: String(index) } };
}

/** The line that the product stands for; null for a product that is not Brim's. */
export function lineOf({ metadata }: { readonly metadata?: Stripe.Metadata | null }): ProductLine | null {
  const index = Number(metadata?.[LINE] ?? Number.NaN);
  const purchaseId = purchaseOf({ metadata: metadata ?? null });
  return purchaseId !== null && Number.isInteger(index) && index >= 0 ? { purchaseId, index } : null;
}
