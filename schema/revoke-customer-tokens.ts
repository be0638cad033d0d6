import { z } from 'zod';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { id, readInput } from '../src/values/input.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';

const RevokeCustomerTokensInput = builder.inputType('RevokeCustomerTokensInput', {
  description:
    'The customer whose tokens end, for example after signing out everywhere or ' +
    'losing a device.',
  fields: (t) => ({
    customerId: t.id({
      required: true,
      description: 'The customer for whom the tokens were made: all of them end.',
    }),
  }),
});

const RevokeCustomerTokensSuccess = builder
  .objectRef<{ revokedAt: Date }>('RevokeCustomerTokensSuccess')
  .implement({
    description:
      'All earlier tokens of the customer are refused from now on. Other processes ' +
      'learn of it within about a second.',
    fields: (t) => ({
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        description:
          "When the tokens ended, by the database's clock. A token that is created after " +
          'this answer is valid.',
      }),
    }),
  });

const RevokeCustomerTokensPayload = builder.errorUnion('RevokeCustomerTokensPayload', {
  description: 'When the tokens ended, or the reason why none did.',
  types: [RevokeCustomerTokensSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'RevokeCustomerTokensSuccess',
});

builder.mutationField('revokeCustomerTokens', (t) =>
  t.field({
    type: RevokeCustomerTokensPayload,
    nullable: true,
    description:
      'Ends all tokens of a customer before they expire, and the streams that they ' +
      'opened: SSE streams end with UNAUTHENTICATED, sockets close with 4403. Doing it ' +
      'twice does no harm. Needs a secret key.',
    args: {
      input: t.arg({
        type: RevokeCustomerTokensInput,
        required: true,
        description: 'The customer whose tokens end.',
      }),
    },
    resolve: appOnly(async (_, { input }, { access, customers }) => {
      const { customerId } = readInput(z.object({ customerId: id }), input);
      if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
      return { revokedAt: await access.revoke(customerId) };
    }),
  }),
);
