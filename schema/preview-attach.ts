import type { Quote, QuoteLine } from '../src/purchases/quote/quote.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId } from './access.ts';
import { builder } from './builder.ts';
import { FeatureQuantityInput, FeatureQuantityObject } from './feature-quantity.ts';
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
        'left out is not bought.',
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
  }),
});

const AttachPreview = builder.objectRef<Quote>('AttachPreview').implement({
  description: 'What attachPlan would charge and grant.',
  fields: (t) => ({
    total: t.expose('total', {
      type: MoneyType,
      nullable: true,
      description: 'What the customer would pay in all; null: nothing.',
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
        'True if there would be something to pay, so that attachPlan would open a payment ' +
        'page.',
      resolve: ({ total }) => total !== null,
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
