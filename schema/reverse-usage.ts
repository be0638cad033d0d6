import { type Lost, type Reversed, reverseUsage } from '../src/balances/reverse-usage.ts';
import { IdempotencyConflictError, InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { GrantObject, lazyGrant } from './grant.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const ReverseUsageInput = builder.inputType('ReverseUsageInput', {
  description: 'The use to give back, and how much of it.',
  fields: (t) => ({
    entryId: t.id({
      required: true,
      description:
        'The id of the ledger entry that recorded the use: a USAGE or SETTLE of the ' +
        'feature itself, not of credits that paid for it.',
    }),
    amount: t.field({
      type: 'Decimal',
      description:
        'How much to give back, in units of the feature: above zero. Left out: all that ' +
        'is left of the use.',
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

const LostPartObject = builder.objectRef<Lost>('LostPart').implement({
  description: 'What could not go back to a grant, because it has ended or is full.',
  fields: (t) => ({
    grant: t.field({
      type: GrantObject,
      description: 'The grant as it is now, not as it was at that moment.',
      resolve: ({ customerId, grantId }, _, context) => lazyGrant(context, customerId, grantId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: "How much was lost, in units of the grant's own feature.",
    }),
  }),
});

const ReverseUsageSuccess = builder.objectRef<Reversed>('ReverseUsageSuccess').implement({
  description:
    'The use is given back. `entry`, `balance`, `requested` and `returned` are about ' +
    'the feature that was used, in its units.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: 'The ledger entry of the feature that was used, whichever balance had paid.',
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description: 'All ledger entries that the request wrote, those of credits included.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'The balance as the request left it. If replayed, as it is now, as far as it can ' +
        'be read.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'Every balance that the request changed.',
      resolve: ({ balances }) => [...balances],
    }),
    requested: t.expose('requested', {
      type: 'Decimal',
      description: 'How much the request asked to give back.',
    }),
    returned: t.expose('returned', {
      type: 'Decimal',
      description: 'How much went back to the balances that had paid.',
    }),
    lost: t.field({
      type: [LostPartObject],
      extensions: declareCost({ list: 3 }),
      description: 'What could not go back, for each grant.',
      resolve: ({ lost }) => [...lost],
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True if an earlier request with the same key made this change.',
    }),
  }),
});

const ReverseUsagePayload = builder.errorUnion('ReverseUsagePayload', {
  description: 'What was given back, or the reason why nothing was.',
  types: [ReverseUsageSuccess, InvalidInputError, IdempotencyConflictError],
  resolveType: () => 'ReverseUsageSuccess',
});

builder.mutationField('reverseUsage', (t) =>
  t.field({
    type: ReverseUsagePayload,
    nullable: true,
    description:
      'Gives a use back to the grants that paid for it, the last one first, and credits ' +
      "before the feature's own balance. An overdraft is repaid first. Never more goes " +
      'back than was used, however often the request is made. Needs a secret key.',
    args: {
      input: t.arg({
        type: ReverseUsageInput,
        required: true,
        description: 'The use to give back, and how much of it.',
      }),
    },
    resolve: appOnly((_, { input }, context) => reverseUsage(context, input)),
  }),
);
