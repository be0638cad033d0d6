import type { Purchase } from '../src/purchases/model/types.ts';
import { InvalidInputError, PurchaseNotFoundError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { balancesNow } from './balances-now.ts';
import { builder } from './builder.ts';
import { PurchaseRef } from './purchase-ref.ts';

const AcceptPaymentInput = builder.inputType('AcceptPaymentInput', {
  description: 'The purchase whose payment is accepted as it is.',
  fields: (t) => ({
    purchaseId: t.id({
      required: true,
      description: 'The id of a PENDING purchase whose failureReason says why it is not settled.',
    }),
  }),
});

const AcceptPaymentSuccess = builder
  .objectRef<{ purchase: Purchase }>('AcceptPaymentSuccess')
  .implement({
    description: 'The purchase is ACTIVE, and all that it asked for is granted.',
    fields: (t) => ({
      purchase: t.expose('purchase', {
        type: PurchaseRef,
        description: 'The purchase as it is after the request.',
      }),
      balances: t.field(balancesNow),
    }),
  });

const AcceptPaymentPayload = builder.errorUnion('AcceptPaymentPayload', {
  description: 'The purchase, or the reason why its payment was not accepted.',
  types: [AcceptPaymentSuccess, PurchaseNotFoundError, InvalidInputError],
  resolveType: () => 'AcceptPaymentSuccess',
});

builder.mutationField('acceptPayment', (t) =>
  t.field({
    type: AcceptPaymentPayload,
    nullable: true,
    description:
      'Accepts a payment that does not settle its purchase: another sum was paid than was ' +
      'asked, or a balance had no room for what the purchase gives. The purchase becomes ' +
      'ACTIVE and grants all of it. refundPurchase gives the money back instead. ' +
      'Accepting twice changes nothing more. Needs a secret key.',
    args: {
      input: t.arg({
        type: AcceptPaymentInput,
        required: true,
        description: 'The purchase whose payment to accept.',
      }),
    },
    resolve: appOnly(async (_, { input }, { purchases }) => ({
      purchase: await purchases.acceptPayment(input),
    })),
  }),
);
