import type { ItemPrice, Plan, PlanItem, PriceTier } from '../../catalog/types.ts';
import type { Rollover } from '../../ledger/model/types.ts';
import type { Interval } from '../../values/interval.ts';
import { formatMoney, type Money } from '../../values/money.ts';
import type { AutumnDeps } from '../wire/verb.ts';
import { toInterval } from './interval.ts';

/** Maps a plan. */
export function toPlan(plan: Plan, environment: AutumnDeps['environment']) {
  const { id, name, description, group, version, addOn, autoEnable, price, items, createdAt, archivedAt } = plan;
  return {
    id,
    name,
    description,
    group,
    version,
    add_on: addOn,
    auto_enable: autoEnable,
    price: price && { amount: price.amount.amount, ...toInterval(price.interval), display: toDisplay(price.amount) },
    items: items.map(toItem),
    created_at: createdAt.getTime(),
    env: environment,
    archived: archivedAt !== null,
    config: {},
    metadata: {},
    base_variant_id: null,
  };
}

/** Names the currency in a text for people, because amounts have none on this wire. */
function toDisplay(amount: Money) {
  return { primary_text: formatMoney(amount) };
}

function toItem({ featureId, included, unlimited, reset, price, rollover, expiresAfter }: PlanItem) {
  const display = price && (price.tiers ? `tiers, in ${price.amount.currency}` : `${formatMoney(price.amount)} each time`);
  return {
    feature_id: featureId,
    included,
    unlimited,
    pooled: false,
    reset: toInterval(reset),
    price: price && toPrice(price),
    ...(display ? { display: { primary_text: display } } : {}),
    ...(rollover ? { rollover: toRollover(rollover) } : {}),
    ...(expiresAfter ? { expiry: toExpiry(expiresAfter) } : {}),
  };
}

function toPrice({ amount, billingUnits, method, interval, maxPurchase, tiers, tierMode }: ItemPrice) {
  return {
    ...(tiers ? { tiers: tiers.map(toTier), tier_behavior: tierMode?.toLowerCase() } : { amount: amount.amount }),
    ...toInterval(interval),
    billing_units: billingUnits,
    billing_method: method.toLowerCase(),
    max_purchase: maxPurchase,
  };
}

function toTier({ upTo, amount, flatAmount }: PriceTier) {
  return { to: upTo ?? 'inf', amount: amount.amount, ...(flatAmount ? { flat_amount: flatAmount.amount } : {}) };
}

function toRollover({ max, maxPercentage, expiresAfter }: Rollover) {
  return {
    max,
    max_percentage: maxPercentage,
    expiry_duration_type: expiresAfter ? expiresAfter.unit.toLowerCase() : 'forever',
    ...(expiresAfter ? { expiry_duration_length: expiresAfter.count } : {}),
  };
}

function toExpiry({ unit, count }: Interval) {
  return { duration: unit.toLowerCase(), length: count };
}
