import { balanceIdOf } from '../src/ledger/model/balance-id.ts';
import {
  AUTO_TOP_UP_STATUSES,
  type AutoTopUp,
  type AutoTopUpStatus,
} from '../src/top-ups/model/types.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { MoneyType } from './money.ts';
import { mustExist } from './must-exist.ts';
import { PlanObject } from './plan.ts';
import { lazyPurchase, PurchaseRef } from './purchase-ref.ts';

const descriptions: Record<AutoTopUpStatus, string> = {
  IDLE: 'It is on, and enough remains.',
  CHARGING: 'Too little remains, and the saved payment method is being charged.',
  BACKING_OFF:
    'Too little remains, and nextAttemptAt says when it is charged next: a charge was declined, ' +
    'or a bound is reached.',
  SUSPENDED:
    'Nothing is charged until another payment method is saved or it is switched on again: ' +
    'failureReason says why. After a dispute only the second ends it.',
  DISABLED: 'It is switched off: nothing is charged.',
};

const AutoTopUpStatusEnum = builder.enumType('AutoTopUpStatus', {
  description: 'What an auto top-up does.',
  values: Object.fromEntries(
    AUTO_TOP_UP_STATUSES.map((status) => [
      status,
      { value: status, description: descriptions[status] },
    ]),
  ) as {
    [Status in AutoTopUpStatus]: { value: Status; description: string };
  },
});

export const AutoTopUpRef = builder.objectRef<AutoTopUp>('AutoTopUp');
AutoTopUpRef.implement({
  description:
    'Brim buys more of a feature by itself, with the payment method that the customer has saved, ' +
    'once its balance is low.',
  fields: (t) => ({
    id: t.id({
      description: 'Names it among all auto top-ups: a customer has one of each feature.',
      resolve: balanceIdOf,
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature that is topped up.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    plan: t.field({
      type: PlanObject,
      description: 'What is bought: the newest version of the plan, at its present price.',
      resolve: async ({ planId }, _, { catalog }) =>
        mustExist(await catalog.newestPlan(planId), planId),
    }),
    threshold: t.expose('threshold', {
      type: 'Decimal',
      description: 'Brim tops up where so much remains, or less.',
    }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      description:
        'What one top-up buys. Where that does not bring the balance above the threshold, it buys ' +
        'as many packs more as are missing.',
    }),
    maxPerMonth: t.expose('maxPerMonth', {
      type: MoneyType,
      nullable: true,
      description: 'The most that is charged in a calendar month, in UTC.',
    }),
    status: t.expose('status', {
      type: AutoTopUpStatusEnum,
      description: 'What it does at this moment.',
    }),
    spentThisMonth: t.expose('spentThisMonth', {
      type: MoneyType,
      description: 'What its purchases of this calendar month, in UTC, have cost.',
    }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last charged, or declined; null: never.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is charged next, while it is BACKING_OFF; null otherwise.',
    }),
    failureReason: t.exposeString('failureReason', {
      nullable: true,
      description: 'Why the last attempt failed, or what the next one waits for; null: neither.',
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description:
        'The purchase of the last attempt; null if there is none. After a declined charge its ' +
        'checkoutUrl is a page on which the customer can pay, and answer the bank: that goes on ' +
        'as if it had succeeded.',
      resolve: ({ purchaseId }, _, context) => lazyPurchase(context, purchaseId),
    }),
  }),
});
