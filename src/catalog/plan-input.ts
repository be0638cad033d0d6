/** The input of createPlan and updatePlan, as far as it does not depend on the features. */
import { z } from 'zod';
import { PAYMENT_RETURN_POLICIES } from '../ledger/model/types.ts';
import { isMultipleOf } from '../values/decimal.ts';
import * as schemas from '../values/input.ts';
import { between, says } from '../values/issue-codes.ts';
import { problemsWithLimits } from './limit-input.ts';
import { itemPrice } from './price-input.ts';
import { problemsWithLines } from './price-lines.ts';
import { problemsWithRecurrence } from './recurring-input.ts';
import type { PlanItem, PlanTerms } from './types.ts';

const MAX_ITEMS = 100;

const rollover = z.object({
  max: schemas.positive.nullish().transform((max) => max ?? null),
  maxPercentage: z
    .number()
    .int()
    .superRefine(between(1, 100))
    .nullish()
    .transform((percentage) => percentage ?? null),
  expiresAfter: schemas.interval.nullish().transform((after) => after ?? null),
});

const item = z
  .object({
    featureId: schemas.id,
    included: schemas.notNegative.nullish().transform((included) => included ?? 0n),
    unlimited: z.boolean().nullish().transform(Boolean),
    reset: schemas.interval.nullish().transform((reset) => reset ?? null),
    rollover: rollover.nullish().transform((carried) => carried ?? null),
    price: itemPrice.nullish().transform((price) => price ?? null),
    expiresAfter: schemas.interval.nullish().transform((after) => after ?? null),
    usageLimit: z
      .object({ per: schemas.windowLength, max: schemas.notNegative })
      .nullish()
      .transform((limit) => limit ?? null),
  })
  .superRefine((value, context) => {
    if (value.unlimited && value.included > 0n) {
      context.addIssue({
        code: 'custom',
        path: ['included'],
        ...says('NOT_ALLOWED', 'must be left out where the item is unlimited'),
      });
    }
    if (value.unlimited && value.price) {
      context.addIssue({
        code: 'custom',
        path: ['price'],
        ...says('NOT_ALLOWED', 'must be left out where the item is unlimited'),
      });
    }
    if (value.price && !isMultipleOf(value.included, value.price.billingUnits)) {
      context.addIssue({ code: 'custom', path: ['included'], message: 'must be a whole multiple of price.billingUnits' });
    }
  });

export const planTerms: z.ZodType<PlanTerms> = z
  .object({
    name: schemas.text(200),
    description: schemas
      .text(2_000)
      .nullish()
      .transform((words) => words ?? null),
    group: schemas.id.nullish().transform((group) => group ?? null),
    addOn: z.boolean().nullish().transform(Boolean),
    autoEnable: z.boolean().nullish().transform(Boolean),
    metadata: schemas.jsonObject.nullish().transform((facts) => facts ?? {}),
    onPaymentReturned: z
      .enum(PAYMENT_RETURN_POLICIES)
      .nullish()
      .transform((policy) => policy ?? 'DEBT'),
    gracePeriod: schemas.interval.nullish().transform((grace) => grace ?? null),
    price: z
      .object({ amount: schemas.money, interval: schemas.interval.nullish().transform((interval) => interval ?? null) })
      .nullish()
      .transform((price) => price ?? null),
    items: z.array(item).max(MAX_ITEMS, `must be at most ${MAX_ITEMS}`),
  })
  .superRefine((plan, context) => {
    for (const { path, message, code = 'INVALID' } of [
      ...problemsWithRecurrence(plan),
      ...problemsWithLines(plan),
      ...problemsWithLimits(plan),
    ]) {
      context.addIssue({ code: 'custom', path: [...path], ...says(code, message) });
    }
    for (const index of pricedTwice(plan.items)) {
      context.addIssue({
        code: 'custom',
        path: ['items', index, 'price'],
        ...says('DUPLICATE', 'a feature can have one priced item in a plan'),
      });
    }
    const [first, ...others] = new Set(currencies(plan));
    if (others.length > 0) {
      context.addIssue({
        code: 'custom',
        path: ['items'],
        message: `all prices of a plan must be in one currency, here ${first}`,
      });
    }
  });

function pricedTwice(items: readonly PlanItem[]): readonly number[] {
  const priced = items.map((each) => (each.price ? each.featureId : undefined));
  return priced.flatMap((featureId, index) => (featureId !== undefined && priced.indexOf(featureId) < index ? [index] : []));
}

function currencies(plan: PlanTerms): readonly string[] {
  const prices = plan.items.flatMap((each) => (each.price ? [each.price.amount.currency] : []));
  return plan.price ? [plan.price.amount.currency, ...prices] : prices;
}
