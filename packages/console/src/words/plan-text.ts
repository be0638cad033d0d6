/** What a plan costs, gives and sells, in words. */
import type { PlanRowFragment } from '../documents/generated/graphql.ts';
import { amountText, isZero } from './amount-text.ts';
import { intervalText } from './interval-text.ts';
import { moneyText } from './money-text.ts';

export function priceText({ price, items }: Pick<PlanRowFragment, 'price' | 'items'>): string {
  if (!price || isZero(price.amount.amount)) return items.some((item) => item.price) ? 'No price of its own' : 'Free';
  return `${moneyText(price.amount)}${price.interval ? ` each ${intervalText(price.interval)}` : ', once'}`;
}

type Item = PlanRowFragment['items'][number];

/** "10 included, filled up each month; more for $10 per 100". */
export function itemText(item: Item): string {
  const parts = [givenText(item), soldText(item), limitText(item)].filter((part) => part !== undefined);
  return parts.join('; ');
}

function givenText({ included, unlimited, reset, expiresAfter, feature }: Item): string | undefined {
  if (feature.type === 'BOOLEAN') return 'included';
  if (unlimited) return 'unlimited';
  if (isZero(included)) return undefined;
  const refill = reset ? `, filled up each ${intervalText(reset)}` : '';
  const end = expiresAfter ? `, to be used within ${intervalText(expiresAfter)}` : '';
  return `${amountText(included)} included${refill}${end}`;
}

function soldText({ price }: Item): string | undefined {
  if (!price) return undefined;
  const each = price.interval ? ` each ${intervalText(price.interval)}` : '';
  const tiers = price.tiers ? `, in ${price.tiers.length} tiers` : '';
  return `more for ${moneyText(price.amount)} per ${amountText(price.billingUnits)}${each}${tiers}`;
}

function limitText({ usageLimit }: Item): string | undefined {
  return usageLimit ? `at most ${amountText(usageLimit.max)} used each ${intervalText(usageLimit.per)}` : undefined;
}
