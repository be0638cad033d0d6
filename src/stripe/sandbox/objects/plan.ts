/** The interval of a price, and the plan by which older versions of Stripe's API name it. */
import type Stripe from 'stripe';
import type { Interval } from '../billing/calendar.ts';

const UNITS = ['day', 'week', 'month', 'year'] as const;

/** @throws Error for a price that is paid once: no subscription has one. */
export function intervalOf({ id, recurring }: Pick<Stripe.Price, 'id' | 'recurring'>): Interval {
  const unit = UNITS.find((each) => each === recurring?.interval);
  if (recurring === null || unit === undefined) throw new Error(`The price ${id} does not recur.`);
  return { unit, count: recurring.interval_count };
}

export function planOf(price: Stripe.Price): Stripe.Plan {
  const { unit, count } = intervalOf(price);
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: unit,
    interval_count: count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: typeof price.product === 'string' ? price.product : price.product.id,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}
