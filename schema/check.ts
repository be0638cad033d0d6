import { type Checked, check } from '../src/balances/check.ts';
import { offersFor, type TopUpOffer } from '../src/balances/offers.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { customerMeant } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { MoneyType } from './money.ts';
import { PlanObject } from './plan.ts';

export const TopUpOfferObject = builder.objectRef<TopUpOffer>('TopUpOffer').implement({
  description: 'A plan that would cover the shortfall.',
  fields: (t) => ({
    plan: t.expose('plan', { type: PlanObject, description: 'What to attach.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      description:
        'What to ask for, and what the customer would get; where it has the base plan already, less what that includes.',
    }),
    price: t.expose('price', { type: MoneyType, description: 'What it would cost, all in all.' }),
  }),
});

const CheckResultObject = builder.objectRef<Checked>('CheckResult').implement({
  description:
    'The answer and, where it is no, what would make it yes. Where only credits can pay for the feature, the answer speaks of the credits, in their units.',
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed', { description: 'Whether so much can be used now.' }),
    feature: t.expose('feature', { type: FeatureObject, description: 'Of what.' }),
    required: t.expose('required', { type: 'Decimal', description: 'What was asked.' }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'What is missing; 0 where allowed.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      nullable: true,
      description: 'null for a boolean feature.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: "All balances that would pay: the feature's own first, then the credits.",
      resolve: ({ balances }) => [...balances],
    }),
    offers: t.field({
      type: [TopUpOfferObject],
      extensions: declareCost({ list: 5 }),
      description:
        'Prepaid plans on sale that would cover the shortfall, each in the smallest quantity that does and can be charged. The cheapest first of each currency, the one in which the customer last paid before others; empty when allowed.',
      resolve: async ({ feature, shortfall, balance }, _, context) =>
        balance
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
  description: 'What is to be used.',
  fields: (t) => ({
    customerId: t.id({ description: 'By whom; may be left out with a customer token.' }),
    featureId: t.id({ required: true, description: 'Of what.' }),
    required: t.field({ type: 'Decimal', description: 'How much; left out: 1.' }),
  }),
});

builder.queryField('check', (t) =>
  t.field({
    type: CheckResultObject,
    nullable: true,
    description:
      'Whether a customer may use so much, by the same rule that track uses. Changes nothing. A customer or feature that is not there is an error, CUSTOMER_NOT_FOUND or FEATURE_NOT_FOUND, and null beside it.',
    args: {
      input: t.arg({ type: CheckInput, required: true, description: 'What is to be used.' }),
    },
    resolve: (_, { input }, context) =>
      check(context, { ...input, customerId: customerMeant(context, input.customerId) }),
  }),
);
