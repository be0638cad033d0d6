import { type Lost, type Reversed, reverseUsage } from '../src/balances/reverse-usage.ts';
import { IdempotencyConflictError, InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { GrantObject, namedGrant } from './grant.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const ReverseUsageInput = builder.inputType('ReverseUsageInput', {
  description: 'What to give back.',
  fields: (t) => ({
    entryId: t.id({
      required: true,
      description: "The LedgerEntry.id of the use: the feature's own USAGE or SETTLE.",
    }),
    amount: t.field({
      type: 'Decimal',
      description:
        "How much of it, above zero, in the feature's units; left out: all that is left of it.",
    }),
    reason: t.string({ description: 'Why; it stands in the ledger.' }),
    idempotencyKey: t.string({ description: 'The same key and input again is the first answer.' }),
  }),
});

const LostPartObject = builder.objectRef<Lost>('LostPart').implement({
  description: 'What could not go back to a grant, because it has ended or is full.',
  fields: (t) => ({
    grant: t.field({
      type: GrantObject,
      description: 'The grant, as it stands now.',
      resolve: ({ customerId, grantId }, _, context) => namedGrant(context, customerId, grantId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: "How much, in the units of the grant's own feature.",
    }),
  }),
});

const ReverseUsageSuccess = builder.objectRef<Reversed>('ReverseUsageSuccess').implement({
  description:
    'It is given back. entry, balance, requested and returned speak of the feature that was used, in its units.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: "The feature's entry, whoever had paid.",
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description: 'All entries that came of it.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'Right after its entry; with replayed: true, as it stands now, if that can be read.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'All balances that it changed.',
      resolve: ({ balances }) => [...balances],
    }),
    requested: t.expose('requested', { type: 'Decimal', description: 'What was to go back.' }),
    returned: t.expose('returned', { type: 'Decimal', description: 'What went back.' }),
    lost: t.field({
      type: [LostPartObject],
      extensions: declareCost({ list: 3 }),
      description: 'What could not go back.',
      resolve: ({ lost }) => [...lost],
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True where the key was answered before, and this is that answer.',
    }),
  }),
});

const ReverseUsagePayload = builder.errorUnion('ReverseUsagePayload', {
  description: 'What came of reverseUsage.',
  types: [ReverseUsageSuccess, InvalidInputError, IdempotencyConflictError],
  resolveType: () => 'ReverseUsageSuccess',
});

builder.mutationField('reverseUsage', (t) =>
  t.field({
    type: ReverseUsagePayload,
    nullable: true,
    description:
      "Gives a use back to the grants that paid, the newest allocation first: credits before the feature's own balance. Never more than " +
      'was used, however often it is asked. What is overdrawn is repaid first.',
    args: {
      input: t.arg({ type: ReverseUsageInput, required: true, description: 'What to give back.' }),
    },
    resolve: appOnly((_, { input }, context) => reverseUsage(context, input)),
  }),
);
