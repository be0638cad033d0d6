import { PortalRefusedError } from '../src/purchases/model/errors.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { readCustomerId } from './access.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';

const CreatePortalSessionInput = builder.inputType('CreatePortalSessionInput', {
  description: 'The customer who wants to see how they pay, and where they return to.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer whose page it is. May be left out with a customer token.',
    }),
    returnUrl: t.string({
      required: true,
      description:
        'Where the page leads the customer back to: an https URL, or http for localhost, of ' +
        'at most 2,000 characters. A customer token may only name origins in CORS_ORIGINS ' +
        'or RETURN_ORIGINS.',
    }),
  }),
});

const CreatePortalSessionSuccess = builder
  .objectRef<{ url: string }>('CreatePortalSessionSuccess')
  .implement({
    description: 'The page is open: send the customer there soon.',
    fields: (t) => ({
      url: t.exposeString('url', {
        description: 'The address of the page. It works for a few minutes, and for whoever has it.',
      }),
    }),
  });

builder.objectType(PortalRefusedError, {
  name: 'PortalRefusedError',
  description:
    'The payment provider opens no portal, because its settings were never saved in the ' +
    'dashboard, or no page to save a payment method. ' +
    "A secret key is told the provider's reason.",
  interfaces: [ErrorInterface],
});

const CreatePortalSessionPayload = builder.errorUnion('CreatePortalSessionPayload', {
  description: 'The page of the payment provider, or the reason why there is none.',
  types: [CreatePortalSessionSuccess, CustomerNotFoundError, PortalRefusedError, InvalidInputError],
  resolveType: () => 'CreatePortalSessionSuccess',
});

builder.mutationField('createPortalSession', (t) =>
  t.field({
    type: CreatePortalSessionPayload,
    nullable: true,
    description:
      'Opens the page of the payment provider on which a customer sees and changes payment ' +
      'methods, and finds receipts. Each call opens another page: at most ten a minute for one ' +
      'customer, then the error is RATE_LIMITED. A customer token opens that of its own ' +
      'customer.',
    args: {
      input: t.arg({
        type: CreatePortalSessionInput,
        required: true,
        description: 'Whose page to open, and where it leads back to.',
      }),
    },
    resolve: async (_, { input }, context) => ({
      url: await context.purchases.openPortal(context.actor, {
        ...input,
        customerId: readCustomerId(context, input.customerId),
      }),
    }),
  }),
);
