/** The postings of a renewal: what a recurring purchase gives for one period. Pure. */
import { type Plan, type PlanItem, recursOf } from '../../catalog/types.ts';
import type { NewGrant, PostingOf } from '../../ledger/model/posting.ts';
import type { Decimal } from '../../values/decimal.ts';
import type { Ids } from '../../values/ids.ts';
import { type Interval, nominalDays } from '../../values/interval.ts';
import { givenAnew } from '../grants/grants.ts';
import type { Purchase } from '../model/types.ts';
import type { Renewal } from './renewal.ts';

export interface Renewing {
  readonly plan: Plan;
  readonly purchase: Pick<Purchase, 'id' | 'onlyBought'>;
  readonly renewal: Renewal;
  /** The payment that pays for the period. */
  readonly paymentId: string;
  readonly ids: Ids;
  readonly reason: string | null;
  /** The purchase of the plan whose place it takes with this period; left out: none. */
  readonly takesPlaceOf?: PostingOf<'renew'>['takesPlaceOf'];
}

/**
 * One posting for each feature of which something recurs, also where nothing of it is given any
 * more: then what is left of earlier periods ends all the same. Where it takes the place of another
 * purchase, one for each feature.
 */
export function renewalPostings(renewing: Renewing): readonly PostingOf<'renew'>[] {
  const { plan, purchase, renewal, reason, takesPlaceOf } = renewing;
  const grants = new Map<string, NewGrant[]>();
  for (const item of plan.items) {
    const parts = givenAnew(plan, item);
    const isRenewed = parts.bought || (parts.included && !purchase.onlyBought);
    if (!isRenewed && !takesPlaceOf) continue;
    const given = isRenewed ? grantsOfItem(renewing, item) : [];
    grants.set(item.featureId, [...(grants.get(item.featureId) ?? []), ...given]);
  }
  return [...grants].map(([featureId, given]) => ({
    verb: 'renew',
    featureId,
    purchaseId: purchase.id,
    grants: given,
    period: renewal.period,
    ...(takesPlaceOf ? { takesPlaceOf } : {}),
    reason,
  }));
}

/** What is included and what is bought are one grant, unless only the first of them resets. */
function grantsOfItem({ plan, purchase, renewal, paymentId, ids }: Renewing, item: PlanItem): readonly NewGrant[] {
  const parts = givenAnew(plan, item);
  const isIncluded = parts.included && !purchase.onlyBought;
  const included = isIncluded ? item.included : 0n;
  const bought = parts.bought ? (renewal.bought.get(item.featureId) ?? 0n) : 0n;
  const isUnlimited = isIncluded && item.unlimited;
  const reset = isIncluded ? resetWithin(item, recursOf(plan)) : null;
  const { period } = renewal;
  const grant = (amount: Decimal, terms: Pick<NewGrant, 'unlimited' | 'reset' | 'rollover'>): readonly NewGrant[] =>
    amount === 0n && !terms.unlimited
      ? []
      : [
          {
            id: ids.next('grant'),
            featureId: item.featureId,
            origin: 'INCLUDED',
            purchaseId: purchase.id,
            paymentId,
            amount,
            expiresAt: null,
            ...(item.expiresAfter ? { expiresAfter: item.expiresAfter } : {}),
            ...terms,
            // Its own periods are counted from the beginning of the paid one.
            ...(terms.reset ? { continues: { anchor: period.start, used: 0n, usedUntil: null }, resetsUntil: period.end } : {}),
          },
        ];
  const carried = { unlimited: isUnlimited, reset: null, rollover: item.rollover };
  if (!reset) return grant(included + bought, carried);
  return [...grant(included, { ...carried, reset }), ...grant(bought, { unlimited: false, reset: null, rollover: null })];
}

/** An item's own reset within the paid period; null where each payment gives the item anew. */
function resetWithin({ reset }: PlanItem, paid: Interval | null): Interval | null {
  return reset && paid && nominalDays(reset) < nominalDays(paid) ? reset : null;
}
