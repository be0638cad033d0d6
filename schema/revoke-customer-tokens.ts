import { z } from 'zod';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { id, readInput } from '../src/values/input.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';

const RevokeCustomerTokensInput = builder.inputType('RevokeCustomerTokensInput', {
  description: 'Whose tokens end: of one who signed out everywhere, was banned, or lost a device.',
  fields: (t) => ({
    customerId: t.id({
      required: true,
      description: 'Every token that was made for this customer ends.',
    }),
  }),
});

const RevokeCustomerTokensSuccess = builder
  .objectRef<{ revokedAt: Date }>('RevokeCustomerTokensSuccess')
  .implement({
    description:
      'The tokens made before are refused from now on; other processes hear of it within about a second.',
    fields: (t) => ({
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        description:
          "When, by the database's clock. A token made after this answer is good, however soon.",
      }),
    }),
  });

const RevokeCustomerTokensPayload = builder.errorUnion('RevokeCustomerTokensPayload', {
  description: 'What came of revokeCustomerTokens.',
  types: [RevokeCustomerTokensSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'RevokeCustomerTokensSuccess',
});

builder.mutationField('revokeCustomerTokens', (t) =>
  t.field({
    type: RevokeCustomerTokensPayload,
    nullable: true,
    description:
      'Ends all tokens of a customer before their time, with the streams that they opened: SSE ends with UNAUTHENTICATED, sockets close with 4403. Doing it twice does no harm.',
    args: {
      input: t.arg({ type: RevokeCustomerTokensInput, required: true, description: 'Whose.' }),
    },
    resolve: appOnly(async (_, { input }, { access, customers }) => {
      const { customerId } = readInput(z.object({ customerId: id }), input);
      if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
      return { revokedAt: await access.revoke(customerId) };
    }),
  }),
);
