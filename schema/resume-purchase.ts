import type { Purchase } from '../src/purchases/model/types.ts';
import { InvalidInputError, PurchaseNotFoundError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { PurchaseRef } from './purchase-ref.ts';

const ResumePurchaseInput = builder.inputType('ResumePurchaseInput', {
  description: 'The purchase that shall go on after the end of its period.',
  fields: (t) => ({
    purchaseId: t.id({
      required: true,
      description: 'The id of the purchase whose cancelAtPeriodEnd is true.',
    }),
  }),
});

const ResumePurchaseSuccess = builder
  .objectRef<{ purchase: Purchase }>('ResumePurchaseSuccess')
  .implement({
    description: 'The purchase is renewed again at the end of its period.',
    fields: (t) => ({
      purchase: t.expose('purchase', {
        type: PurchaseRef,
        description: 'The purchase as it is after the request.',
      }),
    }),
  });

const ResumePurchasePayload = builder.errorUnion('ResumePurchasePayload', {
  description: 'The purchase, or the reason why it was not resumed.',
  types: [ResumePurchaseSuccess, PurchaseNotFoundError, InvalidInputError],
  resolveType: () => 'ResumePurchaseSuccess',
});

builder.mutationField('resumePurchase', (t) =>
  t.field({
    type: ResumePurchasePayload,
    nullable: true,
    description:
      'Takes back a cancel of a recurring purchase at the end of its period, until that end. ' +
      'A second resume is refused, as is one of a purchase that was not canceled or has ended. ' +
      'Needs a secret key.',
    args: {
      input: t.arg({
        type: ResumePurchaseInput,
        required: true,
        description: 'The purchase that shall go on.',
      }),
    },
    resolve: appOnly(async (_, { input }, { purchases }) => ({
      purchase: await purchases.resume(input),
    })),
  }),
);
