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
  description: 'What to give by hand.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'To whom.' }),
    featureId: t.id({ required: true, description: 'Of what: a metered feature.' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'How much, above zero.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Until when it can be used; left out: forever.',
    }),
    reason: t.string({ description: 'Why; it stands in the ledger.' }),
    idempotencyKey: t.string({ description: 'The same key and input again is the first answer.' }),
  }),
});

const GrantBalanceSuccess = builder.objectRef<Given>('GrantBalanceSuccess').implement({
  description: 'It is given.',
  fields: (t) => ({
    grant: t.expose('grant', { type: GrantObject, description: 'The grant.' }),
    balance: t.expose('balance', { type: BalanceObject, description: 'The balance right after.' }),
  }),
});

const GrantBalancePayload = builder.errorUnion('GrantBalancePayload', {
  description: 'What came of grantBalance.',
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
    description: 'Gives a customer an amount by hand. What is overdrawn is repaid from it first.',
    args: {
      input: t.arg({ type: GrantBalanceInput, required: true, description: 'What to give.' }),
    },
    resolve: appOnly((_, { input }, context) => grantBalance(context, input)),
  }),
);
