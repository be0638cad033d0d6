import { z } from 'zod';
import { refuseInput } from '../../values/errors.ts';
import type { NumberText } from '../../values/number-text.ts';
import {
  accepting,
  amount,
  flag,
  NOT_SUPPORTED,
  optionalAmount,
  optionalText,
  optionalWhole,
  text,
  whole,
} from '../wire/fields.ts';
import { intervalFields, readInterval } from './interval.ts';

/**
 * Reads the fields of a plan into the catalogue's input. Amounts have no currency on this wire:
 * they are US dollars.
 */

const CURRENCY = 'usd';
const dollars = (major: NumberText | string) => ({ amount: major, currency: CURRENCY });

const price = accepting({ amount, ...intervalFields });

const tier = accepting({ to: z.union([amount, z.literal('inf')]), amount: optionalAmount, flat_amount: optionalAmount });

const itemPrice = accepting({
  amount: optionalAmount,
  tiers: z.array(tier).nullish(),
  tier_behavior: optionalText,
  ...intervalFields,
  billing_units: optionalAmount,
  billing_method: text,
  max_purchase: optionalAmount,
});

const rollover = accepting({
  max: optionalAmount,
  max_percentage: optionalWhole,
  expiry_duration_type: text,
  expiry_duration_length: optionalWhole,
});

const item = accepting({
  feature_id: text,
  included: optionalAmount,
  unlimited: flag.nullish(),
  reset: accepting(intervalFields).nullish(),
  price: itemPrice.nullish(),
  rollover: rollover.nullish(),
  expiry: accepting({ duration: text, length: whole }).nullish(),
});

/** Clients always send `create_in_stripe` and `archived`, with their defaults. */
export const planFields = {
  plan_id: text,
  name: optionalText,
  description: z.string().nullish(),
  group: z.string().nullish(),
  add_on: flag.nullish(),
  auto_enable: flag.nullish(),
  price: price.nullish(),
  items: z.array(item).nullish(),
  create_in_stripe: flag.nullish(),
};

type PlanFields = z.output<z.ZodObject<typeof planFields>>;

/**
 * Reads the terms of a plan. A field that is left out stays undefined, so that an update does not
 * change it.
 */
export function readTerms({ name, description, group, add_on, auto_enable, price: base, items }: PlanFields) {
  return {
    name,
    description,
    group: group === '' ? null : group,
    addOn: add_on ?? undefined,
    autoEnable: auto_enable ?? undefined,
    price: base && { amount: dollars(base.amount), interval: readInterval(base) },
    items: items?.map(readItem),
  };
}

function readItem(given: z.output<typeof item>, index: number) {
  const { feature_id: featureId, included, unlimited, reset, price: sold, rollover: carried, expiry } = given;
  return {
    featureId,
    included,
    unlimited,
    reset: reset && readInterval(reset),
    price: sold && readPrice(sold, included, index),
    rollover: carried && {
      max: carried.max,
      maxPercentage: carried.max_percentage,
      expiresAfter: readLength(carried.expiry_duration_type, carried.expiry_duration_length),
    },
    expiresAfter: expiry && readLength(expiry.duration, expiry.length),
  };
}

const FOREVER = 'forever';

function readLength(unit: string, count: number | undefined) {
  return unit === FOREVER ? null : { unit: unit.toUpperCase(), count };
}

function readPrice(sold: z.output<typeof itemPrice>, included: NumberText | undefined, index: number) {
  const { tiers, tier_behavior, billing_units, billing_method, max_purchase } = sold;
  // Brim counts tiers over what is purchased alone, without what is included.
  if (tiers && Number(included?.text ?? 0) > 0)
    refuseInput(['items', index, 'price', 'tiers'], `${NOT_SUPPORTED} beside an included amount`);
  const last = tiers?.at(-1)?.amount;
  return {
    // A price with tiers needs no amount of its own.
    amount: dollars(sold.amount ?? last ?? refuseInput(['items', index, 'price', 'amount'], 'must be given')),
    billingUnits: billing_units,
    method: billing_method.toUpperCase(),
    interval: readInterval(sold),
    maxPurchase: max_purchase,
    tiers: tiers?.map(({ to, amount: each, flat_amount }) => ({
      upTo: to === 'inf' ? null : to,
      amount: dollars(each ?? '0'),
      flatAmount: flat_amount === undefined ? null : dollars(flat_amount),
    })),
    tierMode: tier_behavior?.toUpperCase(),
  };
}
