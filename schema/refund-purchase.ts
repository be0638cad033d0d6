import { PaymentFailedError } from '../src/purchases/model/errors.ts';
import type { Refunded } from '../src/purchases/returns/refund-purchase.ts';
import {
  IdempotencyConflictError,
  InvalidInputError,
  PurchaseNotFoundError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { balancesNow } from './balances-now.ts';
import { builder } from './builder.ts';
import { MoneyInput } from './money.ts';
import { RefundRef } from './payment-ref.ts';
import { PurchaseRef } from './purchase-ref.ts';

const RefundPurchaseInput = builder.inputType('RefundPurchaseInput', {
  description: 'The purchase whose money goes back, and how much of it.',
  fields: (t) => ({
    purchaseId: t.id({ required: true, description: 'The id of the purchase that was paid.' }),
    amount: t.field({
      type: MoneyInput,
      description:
        'How much goes back, in the currency of the payment, at most the refundable of the ' +
        'purchase. Left out: all of that.',
    }),
    reason: t.string({
      description: 'Why, for your own records: at most 500 characters. The customer may see it.',
    }),
    idempotencyKey: t.string({
      description:
        'A key of your own, 1 to 200 characters, that makes the refund safe to send again: ' +
        'the same key gives the same refund. Without one, each request is another refund.',
    }),
  }),
});

const RefundPurchaseSuccess = builder.objectRef<Refunded>('RefundPurchaseSuccess').implement({
  description:
    'The refund is made, or is on its way: its status says which. What the payment granted ' +
    'is taken back in proportion.',
  fields: (t) => ({
    purchase: t.expose('purchase', {
      type: PurchaseRef,
      description: 'The purchase after the refund: REFUNDED once all of its money is back.',
    }),
    refund: t.expose('refund', {
      type: RefundRef,
      description:
        'The refund. If several payments of the purchase give something back, it is that of ' +
        'the newest one, and the payments of the purchase show the others.',
    }),
    balances: t.field(balancesNow),
    replayed: t.exposeBoolean('replayed', {
      description: 'True if an earlier request with this idempotency key made the refund.',
    }),
  }),
});

const RefundPurchasePayload = builder.errorUnion('RefundPurchasePayload', {
  description: 'The refund, or the reason why no money goes back.',
  types: [
    RefundPurchaseSuccess,
    PurchaseNotFoundError,
    PaymentFailedError,
    IdempotencyConflictError,
    InvalidInputError,
  ],
  resolveType: () => 'RefundPurchaseSuccess',
});

builder.mutationField('refundPurchase', (t) =>
  t.field({
    type: RefundPurchasePayload,
    nullable: true,
    description:
      'Gives money of a purchase back to the payment method that paid, wholly or in part, ' +
      'and takes back what it granted in proportion. What of that is spent already is ' +
      "treated as the plan's onPaymentReturned says. Of several payments the newest gives " +
      'first. If the payment provider does not answer within ten seconds, the refund is ' +
      'PENDING and finished later. If the provider refuses, for example because the ' +
      'payment is disputed, the answer is a PaymentFailedError. Needs a secret key.',
    args: {
      input: t.arg({
        type: RefundPurchaseInput,
        required: true,
        description: 'The purchase, and how much of its money goes back.',
      }),
    },
    resolve: appOnly((_, { input }, { purchases }) => purchases.returns.refund(input)),
  }),
);
