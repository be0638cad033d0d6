import type { ItemPrice, PlanItem, PlanPrice } from '../src/catalog/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { BillingMethodEnum } from './billing-method.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { IntervalType } from './interval.ts';
import { MoneyType } from './money.ts';
import { PlanItemLimitObject } from './plan-item-limit.ts';
import { PriceTierObject, TierModeEnum } from './price-tier.ts';
import { RolloverObject } from './rollover.ts';

/**
 * What a plan gives and charges, as callers read it; plan-input.ts has the same as they send it.
 */

export const PlanPriceObject = builder.objectRef<PlanPrice>('PlanPrice').implement({
  description: 'What the plan itself costs, apart from what its items sell.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: MoneyType,
      description:
        'The price of the plan, charged when it is attached. Amount 0 means that it costs ' +
        'nothing.',
    }),
    interval: t.expose('interval', {
      type: IntervalType,
      nullable: true,
      description:
        'How often the price is charged, and what the plan includes is given anew; null: ' +
        'once.',
    }),
  }),
});

const ItemPriceObject = builder.objectRef<ItemPrice>('ItemPrice').implement({
  description:
    'What more of a feature costs: { amount: 10 usd, billingUnits: 100 } is $10 for ' + 'each 100.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: MoneyType,
      description:
        'The price of one pack of `billingUnits`. With tiers: of one pack beyond the last ' +
        'tier, if that tier has an end.',
    }),
    billingUnits: t.expose('billingUnits', {
      type: 'Decimal',
      description:
        'How many units of the feature are sold together. A quantity is rounded up to ' +
        'whole packs.',
    }),
    method: t.expose('method', {
      type: BillingMethodEnum,
      description: 'When the customer pays. Always PREPAID for now.',
    }),
    interval: t.expose('interval', {
      type: IntervalType,
      nullable: true,
      description: 'How often the price is charged, and what was bought is given anew; null: once.',
    }),
    maxPurchase: t.expose('maxPurchase', {
      type: 'Decimal',
      nullable: true,
      description:
        'The most units of the feature that one purchase may buy; null: no limit of the ' + 'plan.',
    }),
    tiers: t.field({
      type: [PriceTierObject],
      extensions: declareCost({ list: 5 }),
      nullable: true,
      description:
        'Prices that depend on the quantity, the lowest tier first; null: every pack ' +
        'costs `amount`.',
      resolve: ({ tiers }) => tiers && [...tiers],
    }),
    tierMode: t.expose('tierMode', {
      type: TierModeEnum,
      nullable: true,
      description: 'How the tiers are charged; null if there are none.',
    }),
  }),
});

export const PlanItemObject = builder.objectRef<PlanItem>('PlanItem').implement({
  description: 'What a plan gives of one feature, and at what price it sells more.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'The feature that the item gives or sells.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    included: t.expose('included', {
      type: 'Decimal',
      description:
        'How many units the plan grants when it is attached. 0 for unlimited and boolean ' +
        'items, and for items that only sell.',
    }),
    unlimited: t.exposeBoolean('unlimited', {
      description: 'True if customers may use as much as they want.',
    }),
    reset: t.expose('reset', {
      type: IntervalType,
      nullable: true,
      description:
        'How often the included amount is filled up again; null: never. What a customer ' +
        'buys is not refilled.',
    }),
    rollover: t.expose('rollover', {
      type: RolloverObject,
      nullable: true,
      description:
        'How much of the included amount is kept if it is unused when it is filled up ' +
        'again; null: nothing.',
    }),
    price: t.expose('price', {
      type: ItemPriceObject,
      nullable: true,
      description:
        'What more of the feature costs; null: customers cannot buy more of it with this ' +
        'plan.',
    }),
    expiresAfter: t.expose('expiresAfter', {
      type: IntervalType,
      nullable: true,
      description:
        'How long a grant of this item can be used, counted from when it is made; null: ' +
        'forever.',
    }),
    usageLimit: t.expose('usageLimit', {
      type: PlanItemLimitObject,
      nullable: true,
      description:
        'The most that may be used of the feature in each window while the customer has the plan; ' +
        'null: no limit.',
    }),
  }),
});
