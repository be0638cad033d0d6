import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';
import { PaymentReturnPolicyEnum } from './payment-return-policy.ts';
import { PlanItemLimitInput } from './plan-item-limit.ts';
import { ItemPriceInput, PlanPriceInput } from './plan-price-input.ts';
import { RolloverInput } from './rollover.ts';

/** The inputs from which a plan, or its next version, is made. */

const PlanItemInput = builder.inputType('PlanItemInput', {
  description: 'What the plan gives of one feature, and at what price it sells more.',
  fields: (t) => ({
    featureId: t.id({
      required: true,
      description:
        'The feature to give or sell: one that is not archived. For a boolean feature, ' +
        'name nothing else.',
    }),
    included: t.field({
      type: 'Decimal',
      defaultValue: '0',
      description:
        'How many units the plan grants when it is attached: a whole multiple of ' +
        '`price.billingUnits`, and 0 for an unlimited item.',
    }),
    unlimited: t.boolean({
      defaultValue: false,
      description:
        'Whether customers may use as much as they want. An unlimited item has no price.',
    }),
    reset: t.field({
      type: IntervalInput,
      description: 'How often the included amount is filled up again. Left out: never.',
    }),
    rollover: t.field({
      type: RolloverInput,
      description:
        'How much of the included amount is kept if it is unused when it is filled up ' +
        'again. Only for an item that includes something and has a reset. Left out: ' +
        'nothing.',
    }),
    price: t.field({
      type: ItemPriceInput,
      description:
        'What more of the feature costs. Left out: customers cannot buy more. One item of ' +
        'each feature may have a price.',
    }),
    expiresAfter: t.field({
      type: IntervalInput,
      description:
        'How long a grant of this item can be used, counted from when it is made. Left ' +
        'out: forever.',
    }),
    usageLimit: t.field({
      type: PlanItemLimitInput,
      description:
        'The most that may be used of the feature in each window while the customer has the plan, ' +
        'also by credits. Only for a base plan, and for an add-on that recurs. Left out: no limit.',
    }),
  }),
});

export const CreatePlanInput = builder.inputType('CreatePlanInput', {
  description:
    'The plan to create. Its prices, tiers and flat amounts may be at most 100 ' + 'together.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description:
        'Your own id for the plan: 1 to 200 visible characters without spaces, such as ' +
        '"top_up".',
    }),
    name: t.string({
      required: true,
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    description: t.string({ description: 'A longer text for people: up to 2,000 characters.' }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Facts that your app keeps with the plan, up to 16 KiB of JSON. Customer tokens do not see ' +
        'them.',
    }),
    group: t.string({
      description:
        'A customer has one base plan of each group at a time: 1 to 200 visible ' +
        'characters. Left out: the default group.',
    }),
    addOn: t.boolean({
      defaultValue: false,
      description:
        'Whether each attach adds to what the customer has, also if the plan would be a ' +
        'base plan otherwise.',
    }),
    autoEnable: t.boolean({
      defaultValue: false,
      description:
        'Whether every new customer gets the plan. Only for a plan that costs nothing, ' +
        'and for one base plan of each group.',
    }),
    onPaymentReturned: t.field({
      type: PaymentReturnPolicyEnum,
      defaultValue: 'DEBT',
      description:
        'What becomes of units that were spent already when their payment is refunded or ' +
        'disputed.',
    }),
    gracePeriod: t.field({
      type: IntervalInput,
      description:
        'How long the customer keeps what the plan gave while a renewal is not paid, ' +
        'counted from the day it was due. Only for a plan with a recurring price. Left ' +
        'out: until the payment provider gives up.',
    }),
    price: t.field({
      type: PlanPriceInput,
      description: 'What the plan itself costs, apart from what its items sell. Left out: nothing.',
    }),
    items: t.field({
      type: [PlanItemInput],
      required: true,
      description: 'What the plan gives and sells: at most 100 items.',
    }),
  }),
});

export const UpdatePlanInput = builder.inputType('UpdatePlanInput', {
  description:
    'The plan to update, and what its next version changes. What is left out stays as ' + 'it was.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of a plan that is on sale.' }),
    name: t.string({
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    description: t.string({
      description: 'A longer text for people: up to 2,000 characters. Null removes it.',
    }),
    group: t.string({
      description:
        'A customer has one base plan of each group at a time: 1 to 200 visible ' +
        'characters. Null means the default group.',
    }),
    addOn: t.boolean({
      description:
        'Whether each attach adds to what the customer has, also if the plan would be a ' +
        'base plan otherwise.',
    }),
    autoEnable: t.boolean({
      description:
        'Whether every new customer gets the plan. Only for a plan that costs nothing, ' +
        'and for one base plan of each group.',
    }),
    onPaymentReturned: t.field({
      type: PaymentReturnPolicyEnum,
      description:
        'What becomes of units that were spent already when their payment is refunded or ' +
        'disputed. Customers keep the policy of the version that they bought.',
    }),
    gracePeriod: t.field({
      type: IntervalInput,
      description:
        'How long the customer keeps what the plan gave while a renewal is not paid, ' +
        'counted from the day it was due. Null: until the payment provider gives up.',
    }),
    price: t.field({
      type: PlanPriceInput,
      description:
        'What the plan itself costs, apart from what its items sell. Null removes the ' + 'price.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'All facts that your app keeps with the plan: they replace those of before. Null clears ' +
        'them.',
    }),
    mergeMetadata: t.field({
      type: 'JSONObject',
      description:
        'The facts that change, by their keys at the top: null removes one, and the others stay. ' +
        'Leave metadata out then.',
    }),
    items: t.field({
      type: [PlanItemInput],
      description:
        'All items of the next version, at most 100: they replace those of the version ' +
        'before.',
    }),
  }),
});

export const UnarchivePlanInput = builder.inputType('UnarchivePlanInput', {
  description: 'Names the plan to put on sale again.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the plan.' }),
  }),
});

export const ArchivePlanInput = builder.inputType('ArchivePlanInput', {
  description: 'Names the plan to take off sale.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the plan.' }),
  }),
});
