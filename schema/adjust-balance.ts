import { adjustBalance } from '../src/balances/adjust-balance.ts';
import type { Outcome } from '../src/balances/outcome.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const AdjustBalanceInput = builder.inputType('AdjustBalanceInput', {
  description: 'What to correct: exactly one of `remaining` and `by` is given.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose balance.' }),
    featureId: t.id({ required: true, description: 'Of what: a metered feature.' }),
    remaining: t.field({
      type: 'Decimal',
      description: 'To how much, zero or above. Either this or `by`.',
    }),
    by: t.field({
      type: 'Decimal',
      description:
        'By how much: above zero gives, below zero takes, at most what remains. Either this or `remaining`.',
    }),
    reason: t.string({ description: 'Why; it stands in the ledger.' }),
    idempotencyKey: t.string({ description: 'The same key and input again is the first answer.' }),
  }),
});

const AdjustBalanceSuccess = builder.objectRef<Outcome>('AdjustBalanceSuccess').implement({
  description: 'It is corrected.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: 'Its amount is 0 where the balance was right already.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'Right after its entry; with replayed: true, as it stands now, if that can be read.',
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True where the key was answered before, and this is that answer.',
    }),
  }),
});

const AdjustBalancePayload = builder.errorUnion('AdjustBalancePayload', {
  description: 'What came of adjustBalance.',
  types: [
    AdjustBalanceSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    IdempotencyConflictError,
    InvalidInputError,
  ],
  resolveType: () => 'AdjustBalanceSuccess',
});

builder.mutationField('adjustBalance', (t) =>
  t.field({
    type: AdjustBalancePayload,
    nullable: true,
    description:
      'Corrects a balance by hand. Upward it makes a grant, and repays what is overdrawn first; downward it comes off the grants in ' +
      'their order, and never below zero. It is no use: `usage` stays as it is.',
    args: {
      input: t.arg({ type: AdjustBalanceInput, required: true, description: 'What to correct.' }),
    },
    resolve: appOnly((_, { input }, context) => adjustBalance(context, input)),
  }),
);
