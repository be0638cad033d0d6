import { attachedBalances } from '../src/purchases/attach/attached-balances.ts';
import { PaymentFailedError, PlanAlreadyAttachedError } from '../src/purchases/model/errors.ts';
import type { Attached } from '../src/purchases/model/types.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
  PlanNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';
import { FeatureQuantityInput } from './feature-quantity.ts';
import { PurchaseRef } from './purchase-ref.ts';

builder.objectType(PlanAlreadyAttachedError, {
  name: 'PlanAlreadyAttachedError',
  description:
    'The customer has this base plan already, or is charged for this plan again and ' +
    'again, and the request buys nothing more of it and no other quantity. Or a customer token asks again for a plan that costs nothing and that the ' +
    'customer has had before: a customer token can take such a plan once.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase by which the customer has, or had, the plan.',
    }),
  }),
});

builder.objectType(PaymentFailedError, {
  name: 'PaymentFailedError',
  description:
    'The saved payment method was declined, or its bank wants to ask the customer: the ' +
    'purchase then has a checkoutUrl, at which the customer can pay. Or the payment ' +
    'provider refused for good to open a payment page. Nothing was charged.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description:
        'The purchase: its failureReason says why. PENDING with a checkoutUrl if the ' +
        'customer can still pay, else FAILED.',
    }),
  }),
});

const CheckoutModeEnum = builder.enumType('CheckoutMode', {
  description: 'Whether attachPlan opens a payment page, or charges the saved payment method.',
  values: {
    IF_REQUIRED: {
      description:
        'Charges the saved payment method at once, if the customer has one that did not ' +
        'fail for good; else opens a payment page if there is something to pay. The ' +
        'default. A customer token without an idempotencyKey gets a page.',
    },
    ALWAYS: { description: 'Opens a payment page; refused if there is nothing to pay.' },
    NEVER: {
      description:
        'Charges the saved payment method; refused if there is none. A customer token ' +
        'needs an idempotencyKey.',
    },
  },
});

const AttachPlanInput = builder.inputType('AttachPlanInput', {
  description: 'The plan to attach, the customer who gets it, and how that customer pays.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer who gets the plan. May be left out with a customer token.',
    }),
    planId: t.id({
      required: true,
      description: 'The plan to attach: its newest version, which must be on sale.',
    }),
    featureQuantities: t.field({
      type: [FeatureQuantityInput],
      description:
        'How much of each priced feature is wanted, for at most 100 features. What is ' +
        'left out is not bought; a quantity that recurs and that the customer has already ' +
        'stays as it is. Required if the plan gives nothing else.',
    }),
    checkout: t.field({
      type: CheckoutModeEnum,
      defaultValue: 'IF_REQUIRED',
      description: 'Whether to open a payment page, or to charge the saved payment method.',
    }),
    successUrl: t.string({
      description:
        'Where to send the customer after paying: an https URL, or http for localhost, of ' +
        'at most 2,000 characters. `{PURCHASE_ID}` and `{CHECKOUT_SESSION_ID}` in it are ' +
        'filled in. It works for a day after the payment; later, or if it is left out, ' +
        'the customer sees a plain page of Brim. A customer token may only name origins ' +
        'in CORS_ORIGINS or RETURN_ORIGINS.',
    }),
    cancelUrl: t.string({
      description: 'Where to send a customer who does not pay. The rules of successUrl apply.',
    }),
    allowPromotionCodes: t.boolean({
      defaultValue: false,
      description:
        'Lets the customer enter promotion codes of the payment provider on the payment page. ' +
        'The purchase is settled by what is left to pay, also if that is nothing.',
    }),
    collectTax: t.boolean({
      defaultValue: false,
      description:
        'Lets the payment provider add tax on the payment page, by the address that the ' +
        'customer enters there. `total` stays what was asked, `charged` is what was paid.',
    }),
    savePaymentMethod: t.boolean({
      defaultValue: false,
      description:
        'Whether the payment page keeps the payment method, so that later payments need no ' +
        'page. The page tells the customer. A plan that recurs keeps it in any case.',
    }),
    idempotencyKey: t.string({
      description:
        '1 to 200 printable characters. Repeating the request with the same key and input ' +
        'returns the first purchase and makes no other, also if it was declined. Without a ' +
        'key, equal requests that come while one of them is charged share that charge; a ' +
        'later one is another purchase.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Passed on to the payment provider: at most 40 entries, each a string, number or ' +
        'boolean of up to 500 characters. Keys have up to 40 characters and must not ' +
        'begin with brim_. Ignored with a customer token.',
    }),
  }),
});

const AttachPlanSuccess = builder.objectRef<Attached>('AttachPlanSuccess').implement({
  description:
    'The purchase is recorded. If there is a checkoutUrl, send the customer there: ' +
    'the balance grows when the payment arrives. If the purchase is PENDING without one, ' +
    'the saved payment method is being charged, and the balance grows by itself.',
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase: a new one, or the one that this request repeats.',
    }),
    checkoutUrl: t.string({
      nullable: true,
      description:
        'The payment page to send the customer to; null if there is nothing to pay there.',
      resolve: ({ purchase }) => purchase.checkoutUrl,
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 5 }),
      description:
        'The balances of the features that the plan gives: as this request left them or, ' +
        'if it granted nothing, as they are now.',
      resolve: async (attached, _, { ledger }) => [...(await attachedBalances(ledger, attached))],
    }),
  }),
});

const AttachPlanPayload = builder.errorUnion('AttachPlanPayload', {
  description: 'The purchase, or the reason why the plan was not attached.',
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

builder.mutationField('attachPlan', (t) =>
  t.field({
    type: AttachPlanPayload,
    nullable: true,
    description:
      'Attaches a plan to a customer: at once if it costs nothing, else when it is ' +
      'paid, on a page or with the saved payment method. A charge of that is waited for ' +
      'ten seconds; if it takes longer, the purchase is PENDING and settles by itself. ' +
      'Repeating the request before the customer pays returns the same purchase ' +
      'and the same payment page. Another quantity of a plan that the customer is charged ' +
      'for again and again changes the subscription: a dearer one at once, with credit ' +
      'for what is left of the period, a cheaper one with the next period. ' +
      'A customer token attaches only the plans that it ' +
      'names, and begins at most 30 purchases that cost something within an hour: after ' +
      'that the error is RATE_LIMITED.',
    args: {
      input: t.arg({
        type: AttachPlanInput,
        required: true,
        description: 'The plan to attach, and to whom.',
      }),
    },
    resolve: (_, { input }, context) => {
      // Only the app writes metadata: what a customer token sends is ignored.
      const own = context.actor.kind === 'customer' ? { metadata: undefined } : {};
      return context.purchases.attach(context.actor, {
        ...input,
        ...own,
        customerId: readCustomerId(context, input.customerId),
      });
    },
  }),
);
