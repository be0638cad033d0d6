import { z } from 'zod';
import { needScope } from '../src/access/actor.ts';
import type { IssuedToken } from '../src/access/customer-tokens.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { id, readInput } from '../src/values/input.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';

const CreateCustomerTokenInput = builder.inputType('CreateCustomerTokenInput', {
  description:
    'The customer that the token is for, how long it is valid, which plans it may attach, and ' +
    'whether it may set auto top-ups.',
  fields: (t) => ({
    customerId: t.id({
      required: true,
      description: 'An existing customer: the token sees this one and no other.',
    }),
    expiresInSeconds: t.int({
      defaultValue: 900,
      description: 'For how long the token is valid: 10 to 86400 seconds.',
    }),
    attachablePlanIds: t.idList({
      defaultValue: [],
      description: 'The plans that the browser may attach, at most 50. Left out: none.',
    }),
    canSetAutoTopUp: t.boolean({
      defaultValue: false,
      description:
        'True lets the browser set the auto top-ups of its customer, with the plans that it may ' +
        'attach.',
    }),
  }),
});

const CreateCustomerTokenSuccess = builder
  .objectRef<IssuedToken>('CreateCustomerTokenSuccess')
  .implement({
    description: "The token is made. Hand it to the customer's browser.",
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'Sent as `Authorization: Bearer` and the token, also in the connectionParams of a ' +
          'WebSocket.',
      }),
      tokenId: t.exposeID('tokenId', {
        description:
          'Names the token in the audit log. It is no secret: with it alone nobody can do anything.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the token expires. The streams that it opened end then.',
      }),
    }),
  });

const CreateCustomerTokenPayload = builder.errorUnion('CreateCustomerTokenPayload', {
  description: 'The token, or the reason why none was made.',
  types: [CreateCustomerTokenSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'CreateCustomerTokenSuccess',
});

builder.mutationField('createCustomerToken', (t) =>
  t.field({
    type: CreateCustomerTokenPayload,
    nullable: true,
    description:
      'Creates a short-lived token for the browser of one customer. The token reads and ' +
      'subscribes, attaches only the plans that are named here, and sets auto top-ups only if ' +
      'that is said here. Needs a secret key.',
    args: {
      input: t.arg({
        type: CreateCustomerTokenInput,
        required: true,
        description: 'The customer that the token is for, and what it may do.',
      }),
    },
    resolve: appOnly(async (_, { input }, { access, actor, customers }) => {
      if (input.attachablePlanIds?.length || input.canSetAutoTopUp)
        needScope(actor, 'A customer token that may buy', ['PURCHASES']);
      const { customerId } = readInput(z.object({ customerId: id }), input);
      if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
      return access.customerTokens.issue({
        customerId,
        ...(input.expiresInSeconds == null ? {} : { expiresInSeconds: input.expiresInSeconds }),
        attachablePlanIds: input.attachablePlanIds ?? [],
        canSetAutoTopUp: input.canSetAutoTopUp ?? false,
      });
    }),
  }),
);
