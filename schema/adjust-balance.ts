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
  description: 'The balance to correct: give exactly one of `remaining` and `by`.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer whose balance is corrected.' }),
    featureId: t.id({
      required: true,
      description: 'The feature whose balance is corrected: any but a boolean one.',
    }),
    remaining: t.field({
      type: 'Decimal',
      description: 'What should remain: zero or above. Give either this or `by`.',
    }),
    by: t.field({
      type: 'Decimal',
      description:
        'How much to add. Below zero takes away, at most what remains. Give either this ' +
        'or `remaining`.',
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

const AdjustBalanceSuccess = builder.objectRef<Outcome>('AdjustBalanceSuccess').implement({
  description: 'The balance is corrected, or was right already.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description:
        'The ledger entry of the correction. Its amount is 0 if the balance was right ' +
        'already.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'The balance as the request left it. If replayed, as it is now, as far as it can ' +
        'be read.',
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True if an earlier request with the same key made this change.',
    }),
  }),
});

const AdjustBalancePayload = builder.errorUnion('AdjustBalancePayload', {
  description: 'The correction, or the reason why nothing was corrected.',
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
      'Corrects a balance by hand. An increase makes a grant, and repays an overdraft ' +
      'first. A decrease is taken from the grants in the order in which they are used, ' +
      'and never below zero. A correction is not a use: `usage` stays the same. Needs a ' +
      'secret key.',
    args: {
      input: t.arg({
        type: AdjustBalanceInput,
        required: true,
        description: 'The balance to correct, and by how much.',
      }),
    },
    resolve: appOnly((_, { input }, context) => adjustBalance(context, input)),
  }),
);
