import { PortalRefusedError } from '../src/purchases/model/errors.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { readCustomerId } from './access.ts';
import { builder } from './builder.ts';

const CreateSetupSessionInput = builder.inputType('CreateSetupSessionInput', {
  description: 'The customer who saves a payment method, and where they go after that.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer whose method it is. May be left out with a customer token.',
    }),
    successUrl: t.string({
      required: true,
      description:
        'Where the page sends a customer who saved a method: an https URL, or http for ' +
        'localhost, of at most 2,000 characters. A customer token may only name origins in ' +
        'CORS_ORIGINS or RETURN_ORIGINS.',
    }),
    cancelUrl: t.string({
      description:
        'Where the page leads a customer who saves none. The rules of successUrl apply. Left ' +
        'out: the page has no way back.',
    }),
  }),
});

const CreateSetupSessionSuccess = builder
  .objectRef<{ url: string }>('CreateSetupSessionSuccess')
  .implement({
    description: 'The page is open: send the customer there.',
    fields: (t) => ({
      url: t.exposeString('url', {
        description: 'The address of the page. It works for a day, and for whoever has it.',
      }),
    }),
  });

const CreateSetupSessionPayload = builder.errorUnion('CreateSetupSessionPayload', {
  description: 'The page that saves a payment method, or the reason why there is none.',
  types: [CreateSetupSessionSuccess, CustomerNotFoundError, PortalRefusedError, InvalidInputError],
  resolveType: () => 'CreateSetupSessionSuccess',
});

builder.mutationField('createSetupSession', (t) =>
  t.field({
    type: CreateSetupSessionPayload,
    nullable: true,
    description:
      'Opens a page of the payment provider on which a customer saves a card, or another ' +
      'payment method, and buys nothing. It becomes their default. Each call opens another ' +
      'page: at most ten a minute for one customer, together with the portal, then the error is ' +
      'RATE_LIMITED. A customer token opens that of its own customer.',
    args: {
      input: t.arg({
        type: CreateSetupSessionInput,
        required: true,
        description: 'Whose page to open, and where it leads.',
      }),
    },
    resolve: async (_, { input }, context) => ({
      url: await context.purchases.openSetup(context.actor, {
        ...input,
        customerId: readCustomerId(context, input.customerId),
      }),
    }),
  }),
);
