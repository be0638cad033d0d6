import { balanceAfter } from '../src/ledger/rules/book.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../src/purchases/model/errors.ts';
import type { Attached } from '../src/purchases/model/types.ts';
import type { Quote, QuoteLine } from '../src/purchases/quote/quote.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
  PlanNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { customerMeant } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';
import { MoneyType } from './money.ts';
import { FeatureQuantityObject } from './purchase.ts';
import { PurchaseRef } from './purchase-ref.ts';

builder.objectType(PlanAlreadyAttachedError, {
  name: 'PlanAlreadyAttachedError',
  description:
    'The customer has this base plan already and nothing more of it was asked; or had this plan before, which costs nothing, and a customer token wants it again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase by which it has, or had, the plan.',
    }),
  }),
});

builder.objectType(PaymentFailedError, {
  name: 'PaymentFailedError',
  description: 'The payment provider said no, for good. Nothing was charged.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase that failed, with the reason.',
    }),
  }),
});

const CheckoutModeEnum = builder.enumType('CheckoutMode', {
  description: 'Whether the customer is sent to a page.',
  values: {
    IF_REQUIRED: { description: 'Where there is something to pay. The default.' },
    ALWAYS: { description: 'In any case; refused where there is nothing to pay.' },
    NEVER: { description: 'Only with a saved payment method. Not supported yet.' },
  },
});

const FeatureQuantityInput = builder.inputType('FeatureQuantityInput', {
  description: 'How much of a feature is wanted.',
  fields: (t) => ({
    featureId: t.id({ required: true, description: 'A feature that the plan has a price for.' }),
    quantity: t.field({
      type: 'Decimal',
      required: true,
      description:
        'In total, including what the plan includes, also where the customer has the plan already: what is beyond that is bought, rounded up to whole billing units.',
    }),
  }),
});

const PreviewAttachInput = builder.inputType('PreviewAttachInput', {
  description: 'What would be attached.',
  fields: (t) => ({
    customerId: t.id({ description: 'To whom; may be left out with a customer token.' }),
    planId: t.id({ required: true, description: 'What.' }),
    featureQuantities: t.field({
      type: [FeatureQuantityInput],
      description: 'How much of each priced feature; left out: nothing is bought of it.',
    }),
  }),
});

const AttachPlanInput = builder.inputType('AttachPlanInput', {
  description: 'What to attach.',
  fields: (t) => ({
    customerId: t.id({ description: 'To whom; may be left out with a customer token.' }),
    planId: t.id({ required: true, description: 'What.' }),
    featureQuantities: t.field({
      type: [FeatureQuantityInput],
      description:
        'How much of each priced feature; left out: nothing is bought of it. It must be given where the plan gives nothing else.',
    }),
    checkout: t.field({
      type: CheckoutModeEnum,
      defaultValue: 'IF_REQUIRED',
      description: 'Whether the customer is sent to a page.',
    }),
    successUrl: t.string({
      description:
        'Where the customer goes after paying, for a day; left out: a plain page of ours. `{PURCHASE_ID}` and `{CHECKOUT_SESSION_ID}` in it are filled in. With a customer token: of an origin in CORS_ORIGINS or RETURN_ORIGINS.',
    }),
    cancelUrl: t.string({
      description:
        'Where the customer goes who does not want to pay; the same rules hold as for successUrl.',
    }),
    idempotencyKey: t.string({
      description: 'The same key and input again is the first purchase.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Passed on to the payment: up to 40 words or numbers.',
    }),
  }),
});

const AttachPreviewLine = builder.objectRef<QuoteLine>('AttachPreviewLine').implement({
  description: 'One thing that would be charged.',
  fields: (t) => ({
    description: t.exposeString('description', {
      description: 'As it stands on the payment page.',
    }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      description:
        'How much of it, in units of the feature; 1 for what is charged once, as the flat amount of a tier is.',
    }),
    amount: t.expose('amount', { type: MoneyType, description: 'What it costs, all of it.' }),
  }),
});

const AttachPreview = builder.objectRef<Quote>('AttachPreview').implement({
  description: 'What attachPlan would charge and grant.',
  fields: (t) => ({
    total: t.expose('total', {
      type: MoneyType,
      nullable: true,
      description: 'null: it costs nothing.',
    }),
    lines: t.field({
      type: [AttachPreviewLine],
      extensions: declareCost({ list: 5 }),
      description: 'What it is made of.',
      resolve: ({ lines }) => [...lines],
    }),
    grants: t.field({
      type: [FeatureQuantityObject],
      extensions: declareCost({ list: 5 }),
      description:
        'What the customer would get. Of a base plan that it had before, what was used of it in its period stays used.',
      resolve: ({ quantities }) => [...quantities],
    }),
    checkoutRequired: t.boolean({
      description: 'Whether the customer would be sent to a page.',
      resolve: ({ total }) => total !== null,
    }),
  }),
});

const AttachPlanSuccess = builder.objectRef<Attached>('AttachPlanSuccess').implement({
  description:
    'The purchase is recorded. With a checkoutUrl, send the customer there; the balance grows when the payment settles.',
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase, new or the one that this attach repeats.',
    }),
    checkoutUrl: t.string({
      nullable: true,
      description: 'Where the customer pays; null where nothing is to be paid there.',
      resolve: ({ purchase }) => purchase.checkoutUrl,
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 5 }),
      description:
        'The balances of the features that the plan gives: as this attach left them, or else as they stand now.',
      resolve: ({ purchase: { customerId, quantities }, entries }, _, { ledger }) => {
        const left = new Map(entries.map((entry) => [entry.featureId, entry]));
        const features = [...new Set(quantities.map(({ featureId }) => featureId))];
        return Promise.all(
          features.map((featureId) => {
            const entry = left.get(featureId);
            return entry ? balanceAfter(entry) : ledger.reads.balance({ customerId, featureId });
          }),
        );
      },
    }),
  }),
});

const AttachPlanPayload = builder.errorUnion('AttachPlanPayload', {
  description: 'What came of attachPlan.',
  types: [
    AttachPlanSuccess,
    CustomerNotFoundError,
    PlanNotFoundError,
    FeatureNotFoundError,
    PlanAlreadyAttachedError,
    PaymentFailedError,
    IdempotencyConflictError,
    InvalidInputError,
  ],
  resolveType: () => 'AttachPlanSuccess',
});

builder.queryField('previewAttach', (t) =>
  t.field({
    type: AttachPreview,
    nullable: true,
    description:
      'What attachPlan would charge and grant, without doing it. What attachPlan would refuse is an error here, with its code, and null beside it.',
    args: {
      input: t.arg({
        type: PreviewAttachInput,
        required: true,
        description: 'What would be attached.',
      }),
    },
    resolve: (_, { input }, context) =>
      context.purchases.preview(context.actor, {
        ...input,
        customerId: customerMeant(context, input.customerId),
      }),
  }),
);

builder.mutationField('attachPlan', (t) =>
  t.field({
    type: AttachPlanPayload,
    nullable: true,
    description:
      'Attaches a plan: at once where it costs nothing, else when it is paid. The same attach before paying is the same purchase and URL. With a customer token at most 30 purchases to be paid are begun within an hour: RATE_LIMITED.',
    args: {
      input: t.arg({ type: AttachPlanInput, required: true, description: 'What to attach.' }),
    },
    resolve: (_, { input }, context) => {
      // With a customer token a purchase is of that customer, and metadata is the app's to write.
      const own = context.actor.kind === 'customer' ? { metadata: undefined } : {};
      return context.purchases.attach(context.actor, {
        ...input,
        ...own,
        customerId: customerMeant(context, input.customerId),
      });
    },
  }),
);
