/** The input of a plan item's price. */
import { z } from 'zod';
import { type Decimal, isMultipleOf, ONE } from '../values/decimal.ts';
import * as schemas from '../values/input.ts';
import { type InputIssueCode, says } from '../values/issue-codes.ts';
import type { Money } from '../values/money.ts';
import { BILLING_METHODS, type ItemPrice, type PriceTier, TIER_MODES } from './types.ts';

const MAX_TIERS = 100;

const priceTier = z.object({
  upTo: schemas.positive.nullish().transform((end) => end ?? null),
  amount: schemas.money,
  flatAmount: schemas.money.nullish().transform((amount) => amount ?? null),
});

export const itemPrice: z.ZodType<ItemPrice> = z
  .object({
    amount: schemas.money,
    billingUnits: schemas.positive.nullish().transform((units) => units ?? ONE),
    method: z.enum(BILLING_METHODS),
    interval: schemas.interval.nullish().transform((interval) => interval ?? null),
    maxPurchase: schemas.positive.nullish().transform((most) => most ?? null),
    tiers: z
      .array(priceTier)
      .min(1, 'must be 1 at least: leave it out where every billing unit costs the same')
      .max(MAX_TIERS, `must be at most ${MAX_TIERS}`)
      .nullish()
      .transform((tiers) => tiers ?? null),
    tierMode: z
      .enum(TIER_MODES)
      .nullish()
      .transform((mode) => mode ?? null),
  })
  .superRefine((price, context) => {
    const refuse = (path: (string | number)[], message: string, code: InputIssueCode = 'INVALID') =>
      context.addIssue({ code: 'custom', path, ...says(code, message) });
    if (price.method === 'USAGE_BASED') refuse(['method'], 'usage-based prices are not supported yet: use PREPAID');
    if (price.tierMode && !price.tiers)
      refuse(['tierMode'], 'is only for a price with tiers: leave it out, or name the tiers', 'NOT_ALLOWED');
    price.tiers?.forEach((tier, index, tiers) => {
      const problem = problemWithEnd(tiers, index, price.billingUnits);
      if (problem) refuse(['tiers', index, 'upTo'], problem, tier.upTo === null ? 'REQUIRED' : 'INVALID');
      for (const field of ['amount', 'flatAmount'] as const) {
        if (isForeign(tier[field], price.amount)) {
          refuse(['tiers', index, field, 'currency'], `must be the currency of the price, ${price.amount.currency}`);
        }
      }
    });
  })
  .transform((price) => ({ ...price, tierMode: price.tiers ? (price.tierMode ?? 'GRADUATED') : null }));

function problemWithEnd(tiers: readonly PriceTier[], index: number, billingUnits: Decimal): string | undefined {
  const end = tiers[index]?.upTo ?? null;
  const previous = tiers[index - 1]?.upTo ?? null;
  if (end === null) return index < tiers.length - 1 ? 'must be given: only the last tier can be without an end' : undefined;
  if (previous !== null && end <= previous) return 'must be above that of the tier before';
  if (!isMultipleOf(end, billingUnits)) return 'must be a whole multiple of billingUnits';
  return undefined;
}

function isForeign(money: Money | null, own: Money): boolean {
  return money !== null && money.currency !== own.currency;
}
