import { type Given, grantBalance } from '../src/balances/grant-balance.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { GrantObject } from './grant.ts';

const GrantBalanceInput = builder.inputType('GrantBalanceInput', {
  description: 'The amount to give, and the customer who gets it.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer who gets the amount.' }),
    featureId: t.id({
      required: true,
      description: 'The feature of which to give an amount: any but a boolean one.',
    }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much to give: above zero.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the grant expires, which must be in the future. Left out: never.',
    }),
    reason: t.string({
      description: 'Why, in up to 500 characters. The ledger keeps it, for your app only.',
    }),
    idempotencyKey: t.string({
      description:
        '1 to 200 printable characters. Repeating the request with the same key and input ' +
        'returns the first answer and changes nothing.',
    }),
  }),
});

const GrantBalanceSuccess = builder.objectRef<Given>('GrantBalanceSuccess').implement({
  description: 'The amount was given to the customer.',
  fields: (t) => ({
    grant: t.expose('grant', {
      type: GrantObject,
      description:
        'The grant that was made. If an overdraft was repaid from it, less remains than ' +
        'was granted.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: 'The balance as the request left it. If the key was used before, as it is now.',
    }),
  }),
});

const GrantBalancePayload = builder.errorUnion('GrantBalancePayload', {
  description: 'The grant, or the reason why nothing was given.',
  types: [
    GrantBalanceSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    IdempotencyConflictError,
    InvalidInputError,
  ],
  resolveType: () => 'GrantBalanceSuccess',
});

builder.mutationField('grantBalance', (t) =>
  t.field({
    type: GrantBalancePayload,
    nullable: true,
    description:
      'Gives a customer an amount by hand. It repays an overdraft first. Needs a secret ' + 'key.',
    args: {
      input: t.arg({
        type: GrantBalanceInput,
        required: true,
        description: 'The amount to give, and the customer who gets it.',
      }),
    },
    resolve: appOnly((_, { input }, context) => grantBalance(context, input)),
  }),
);
