import { type Plan, type PlanItem, renewedParts } from '../../catalog/types.ts';
import type { NewGrant, Posting } from '../../ledger/model/posting.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { Ids } from '../../values/ids.ts';
import type { Purchase } from '../model/types.ts';
import { type CarriedItem, type CarryOver, NO_CARRY_OVER } from './carry-over.ts';

type Granting = Pick<Purchase, 'id' | 'quantities'> &
  Partial<Pick<Purchase, 'onlyBought'>> & {
    /** The payment that pays for the grants; left out: none does. */
    readonly paymentId?: string | null;
    /** What its plan renews is left out: each payment gives it for a period. */
    readonly isRenewed?: boolean;
  };

/**
 * The grants that a purchase makes when it becomes ACTIVE. What is included and what is bought are
 * two grants, because they end differently. What was used in an earlier tenure stays used.
 */
export function grantsOf(
  plan: Plan,
  purchase: Granting,
  now: Date,
  ids: Ids,
  before: CarryOver = NO_CARRY_OVER,
): readonly Extract<Posting, { verb: 'grant' }>[] {
  return plan.items.flatMap((item, index) => {
    const renewed = purchase.isRenewed ? givenAnew(plan, item) : NOTHING_RENEWED;
    const included = purchase.onlyBought || renewed.included ? [] : includedOf(item, before.items.get(index), now, ids);
    return [...included, ...(renewed.bought ? [] : boughtOf(item, purchase, ids))].map(({ reason, ...grant }) => ({
      verb: 'grant' as const,
      grant: {
        ...grant,
        featureId: item.featureId,
        purchaseId: purchase.id,
        ...(purchase.paymentId == null ? {} : { paymentId: purchase.paymentId }),
      },
      reason,
    }));
  });
}

const NOTHING_RENEWED = { included: false, bought: false };

/**
 * Which parts of an item each payment gives anew. What is included with a quantity that is paid
 * again and again is given with it, if it resets: a payment ends what earlier ones gave.
 */
export function givenAnew(plan: Plan, item: PlanItem): { readonly included: boolean; readonly bought: boolean } {
  const { included, bought } = renewedParts(plan, item);
  return { included: included || (bought && item.reset !== null), bought };
}

type Granted = Omit<NewGrant, 'featureId' | 'purchaseId'> & { readonly reason: string | null };

function includedOf(item: PlanItem, carried: CarriedItem | undefined, now: Date, ids: Ids): readonly Granted[] {
  const { included, unlimited, reset, rollover, expiresAfter } = item;
  if (!unlimited && included === 0n) return [];
  const terms = { origin: 'INCLUDED', amount: included, unlimited, reset, rollover } as const;
  if (!carried) {
    return [{ ...terms, id: ids.next('grant'), ...lasting(expiresAfter), reason: null }];
  }
  const { anchor, used, usedUntil, expiresAt, rolledOver } = carried;
  if (expiresAt && expiresAt <= now) return [];
  const id = ids.next('grant');
  const reason = used > 0n ? `${formatDecimal(used)} of it was used before` : null;
  return [
    { ...terms, id, expiresAt, continues: { anchor, used, usedUntil }, reason },
    ...rolledOver.map(({ number, left, expiresAt: until }) => ({
      ...ONCE,
      id: `${id}.${number}`,
      origin: 'ROLLED_OVER' as const,
      amount: left,
      expiresAt: until,
      reason: 'rolled over before',
    })),
  ];
}

const ONCE = { unlimited: false, reset: null, rollover: null } as const;

function boughtOf({ featureId, price, expiresAfter }: PlanItem, { quantities }: Granting, ids: Ids): readonly Granted[] {
  const amount = price ? (quantities.find((each) => each.featureId === featureId && each.bought > 0n)?.bought ?? 0n) : 0n;
  if (amount === 0n) return [];
  return [{ ...ONCE, id: ids.next('grant'), origin: 'BOUGHT', amount, ...lasting(expiresAfter), reason: null }];
}

/** The transaction that makes the grant counts this from its own instant. */
function lasting(expiresAfter: PlanItem['expiresAfter']): Pick<NewGrant, 'expiresAt' | 'expiresAfter'> {
  return expiresAfter ? { expiresAt: null, expiresAfter } : { expiresAt: null };
}
