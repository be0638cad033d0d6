import { type Checked, check } from '../src/balances/check.ts';
import { offersFor, type TopUpOffer } from '../src/balances/offers.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { MoneyType } from './money.ts';
import { PlanObject } from './plan.ts';
import { UsageLimitObject } from './usage-limit.ts';

export const TopUpOfferObject = builder.objectRef<TopUpOffer>('TopUpOffer').implement({
  description: 'A plan that the customer can attach to cover a shortfall.',
  fields: (t) => ({
    plan: t.expose('plan', {
      type: PlanObject,
      description: 'The plan to attach, in its newest version.',
    }),
    feature: t.field({
      type: FeatureObject,
      description:
        'The feature that the offer gives: the one that was asked about, or credits that ' +
        'pay for it.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      description:
        'The quantity to pass to attachPlan. The customer gets as much, less what a base ' +
        'plan that the customer has already includes.',
    }),
    price: t.expose('price', { type: MoneyType, description: 'What the offer costs in all.' }),
  }),
});

const CheckResultObject = builder.objectRef<Checked>('CheckResult').implement({
  description:
    'Whether a customer may use an amount and, if not, what would help. If only ' +
    'credits can pay for the feature, the result is about the credits, in their ' +
    'units.',
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed', {
      description: 'True if the customer can use the amount now.',
    }),
    feature: t.expose('feature', {
      type: FeatureObject,
      description: 'The feature that was asked about, or the credits that alone can pay for it.',
    }),
    required: t.expose('required', {
      type: 'Decimal',
      description: 'How much would be used, in units of `feature`.',
    }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'How much is missing, in units of `feature`; 0 if allowed.',
    }),
    limitedBy: t.expose('limitedBy', {
      type: UsageLimitObject,
      nullable: true,
      description:
        'The usage limit that leaves too little, of the feature that was asked about or of the ' +
        'credits; null if none does.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      nullable: true,
      description: 'The balance of `feature`; null for a boolean feature.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: "Every balance that would pay: the feature's own first, then its credits.",
      resolve: ({ balances }) => [...balances],
    }),
    offers: t.field({
      type: [TopUpOfferObject],
      extensions: declareCost({ list: 5 }),
      description:
        'Prepaid plans on sale that the caller may attach and that would cover the ' +
        'shortfall, each in the smallest quantity that covers it and can be charged. The ' +
        'currency in which the customer last paid comes first, and in each currency the ' +
        'cheapest offer. Empty if allowed, for boolean features, and where a usage limit ' +
        'leaves too little.',
      resolve: async ({ feature, shortfall, limitedBy, balance }, _, context) =>
        balance && !limitedBy
          ? [
              ...(await offersFor(context, context.actor, {
                customerId: balance.customerId,
                featureId: feature.id,
                shortfall,
              })),
            ]
          : [],
    }),
  }),
});

const CheckInput = builder.inputType('CheckInput', {
  description: 'The use to ask about: who, which feature and how much.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer who would use it. May be left out with a customer token.',
    }),
    featureId: t.id({
      required: true,
      description:
        'The feature that would be used. A boolean feature is allowed if the customer has ' +
        'a plan that names it.',
    }),
    required: t.field({
      type: 'Decimal',
      description: 'How much would be used: above zero. Left out: 1.',
    }),
  }),
});

builder.queryField('check', (t) =>
  t.field({
    type: CheckResultObject,
    nullable: true,
    description:
      'Tells whether a customer may use an amount, by the rule that track applies. It ' +
      'changes and reserves nothing. If there is no such customer or feature, the ' +
      'answer is null and an error with the code CUSTOMER_NOT_FOUND or ' +
      'FEATURE_NOT_FOUND.',
    args: {
      input: t.arg({
        type: CheckInput,
        required: true,
        description: 'The use to ask about: who, which feature and how much.',
      }),
    },
    resolve: (_, { input }, context) =>
      check(context, { ...input, customerId: readCustomerId(context, input.customerId) }),
  }),
);
