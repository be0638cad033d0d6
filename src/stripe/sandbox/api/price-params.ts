/** The parameters with which calls name a price or describe one. */
import { z } from 'zod';
import { integerAtLeast, metadata, text } from '../wire/params.ts';

export const productData = z.strictObject({ name: text, description: text.optional(), metadata: metadata.default({}) });

/** At most three years, as at Stripe. */
const recurring = z
  .strictObject({
    interval: z.enum(['day', 'week', 'month', 'year']),
    interval_count: integerAtLeast(1).default(1),
  })
  .refine(({ interval, interval_count: count }) => count <= { day: 1_095, week: 156, month: 36, year: 3 }[interval], {
    error: 'The maximum billing interval is three years.',
    path: ['interval_count'],
  });

/** It sells either a product of the catalogue or one that it describes itself. */
export const priceData = z.strictObject({
  currency: text.transform((value) => value.toLowerCase()),
  unit_amount: integerAtLeast(0),
  recurring: recurring.optional(),
  product: text.optional(),
  product_data: productData.optional(),
});

/** A line of a checkout or an item of a subscription. */
export const priceLine = { price: text.optional(), price_data: priceData.optional() };
