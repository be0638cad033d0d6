import { z } from 'zod';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { id, readInput } from '../src/values/input.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';

const CreateCustomerTokenInput = builder.inputType('CreateCustomerTokenInput', {
  description: 'For whom, and for how long.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose browser.' }),
    expiresInSeconds: t.int({ defaultValue: 900, description: '10 to 86400.' }),
    attachablePlanIds: t.idList({
      defaultValue: [],
      description: 'The plans that the browser may attach.',
    }),
  }),
});

const CreateCustomerTokenSuccess = builder
  .objectRef<{ token: string; expiresAt: Date }>('CreateCustomerTokenSuccess')
  .implement({
    description: 'Hand it to the browser.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'Goes into `Authorization: Bearer`, or into connectionParams.authorization.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'Streams that it opened end then.',
      }),
    }),
  });

const CreateCustomerTokenPayload = builder.errorUnion('CreateCustomerTokenPayload', {
  description: 'What came of createCustomerToken.',
  types: [CreateCustomerTokenSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'CreateCustomerTokenSuccess',
});

builder.mutationField('createCustomerToken', (t) =>
  t.field({
    type: CreateCustomerTokenPayload,
    nullable: true,
    description:
      'A short-lived token for one customer: it reads and subscribes, and attaches only the plans named here.',
    args: {
      input: t.arg({ type: CreateCustomerTokenInput, required: true, description: 'For whom.' }),
    },
    resolve: appOnly(async (_, { input }, { access, customers }) => {
      const { customerId } = readInput(z.object({ customerId: id }), input);
      if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
      return access.customerTokens.issue({
        customerId,
        ...(input.expiresInSeconds == null ? {} : { expiresInSeconds: input.expiresInSeconds }),
        attachablePlanIds: input.attachablePlanIds ?? [],
      });
    }),
  }),
);
