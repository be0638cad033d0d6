import type { AttachPreview as Preview } from '../src/purchases/attach/attach.ts';
import type { NextPayment } from '../src/purchases/quote/preview.ts';
import type { QuoteLine } from '../src/purchases/quote/quote.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId } from './access.ts';
import { builder } from './builder.ts';
import { FeatureQuantityInput, FeatureQuantityObject } from './feature-quantity.ts';
import { IntervalType } from './interval.ts';
import { MoneyType } from './money.ts';

const PreviewAttachInput = builder.inputType('PreviewAttachInput', {
  description: 'The plan to price, and the customer who would get it.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer who would get the plan. May be left out with a customer token.',
    }),
    planId: t.id({
      required: true,
      description: 'The plan to price: its newest version, which must be on sale.',
    }),
    featureQuantities: t.field({
      type: [FeatureQuantityInput],
      description:
        'How much of each priced feature is wanted, for at most 100 features. What is ' +
        'left out is not bought; a quantity that recurs and that the customer has already ' +
        'stays as it is.',
    }),
  }),
});

const AttachPreviewLine = builder.objectRef<QuoteLine>('AttachPreviewLine').implement({
  description: 'One line of what would be charged, as the payment page shows it.',
  fields: (t) => ({
    description: t.exposeString('description', {
      description: 'The text of the line on the payment page.',
    }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      description:
        'How many units of the feature the line charges; 1 for what is charged once, such ' +
        'as the flat amount of a tier.',
    }),
    amount: t.expose('amount', {
      type: MoneyType,
      description: 'What the whole line costs, not one unit of it.',
    }),
    interval: t.expose('interval', {
      type: IntervalType,
      nullable: true,
      description: 'How often the line is charged; null: once. All that recur have one interval.',
    }),
  }),
});

const NextPaymentObject = builder.objectRef<NextPayment>('NextPayment').implement({
  description: 'A payment to come, as far as it is known today.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: MoneyType,
      description: 'What would be charged, before taxes and discounts.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it would be charged.' }),
  }),
});

const AttachPreview = builder.objectRef<Preview>('AttachPreview').implement({
  description: 'What attachPlan would charge and grant.',
  fields: (t) => ({
    total: t.expose('total', {
      type: MoneyType,
      nullable: true,
      description: 'What the lines come to, each charged once; null: nothing.',
    }),
    dueNow: t.expose('dueNow', {
      type: MoneyType,
      nullable: true,
      description:
        'What would be charged at once. It is less or more than `total` if what the ' +
        'customer has already is prorated, and zero if the change begins with the next ' +
        'period. Null: nothing.',
    }),
    nextPayment: t.expose('nextPayment', {
      type: NextPaymentObject,
      nullable: true,
      description: 'The payment after the first one; null if nothing recurs.',
    }),
    lines: t.field({
      type: [AttachPreviewLine],
      extensions: declareCost({ list: 5 }),
      description: 'What the total is made of; empty if nothing is charged.',
      resolve: ({ lines }) => [...lines],
    }),
    grants: t.field({
      type: [FeatureQuantityObject],
      extensions: declareCost({ list: 5 }),
      description:
        'What the customer would get. If the customer had the base plan before, what was ' +
        'used in its period stays used.',
      resolve: ({ quantities }) => [...quantities],
    }),
    checkoutRequired: t.boolean({
      description:
        'True if attachPlan would open a payment page: there would be something to pay, and ' +
        'neither a subscription to change nor a saved payment method to charge. A customer ' +
        'token charges that without a page only with an idempotencyKey.',
      resolve: ({ checkoutRequired }) => checkoutRequired,
    }),
  }),
});

builder.queryField('previewAttach', (t) =>
  t.field({
    type: AttachPreview,
    nullable: true,
    description:
      'Tells what attachPlan would charge and grant, without doing it. If attachPlan ' +
      'would refuse, the answer is null and an error with the code of the refusal.',
    args: {
      input: t.arg({
        type: PreviewAttachInput,
        required: true,
        description: 'The plan to price, and for whom.',
      }),
    },
    resolve: (_, { input }, context) =>
      context.purchases.preview(context.actor, {
        ...input,
        customerId: readCustomerId(context, input.customerId),
      }),
  }),
);
