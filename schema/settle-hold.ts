import { type Settled, settleHold } from '../src/balances/settle-hold.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../src/ledger/model/errors.ts';
import { InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { HoldRef } from './hold-ref.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const SettleHoldInput = builder.inputType('SettleHoldInput', {
  description: 'What was really used.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'Of which hold.' }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much, zero or above. It may be more than was held.',
    }),
    properties: t.field({
      type: 'JSONObject',
      description: 'What to note with it, at most 16 KiB.',
    }),
  }),
});

const SettleHoldSuccess = builder.objectRef<Settled>('SettleHoldSuccess').implement({
  description:
    "It is used. entry, balance, applied and shortfall speak of the hold's feature, in its units.",
  fields: (t) => ({
    hold: t.expose('hold', { type: HoldRef, description: 'The hold, SETTLED.' }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: "The feature's entry, whoever paid.",
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description: 'All entries that came of it.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', { type: BalanceObject, description: 'The balance right after.' }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'All balances that it changed.',
      resolve: ({ balances }) => [...balances],
    }),
    applied: t.expose('applied', {
      type: 'Decimal',
      description: 'What was taken. applied + shortfall = amount.',
    }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'What was used beyond what was held, and was not there.',
    }),
  }),
});

const SettleHoldPayload = builder.errorUnion('SettleHoldPayload', {
  description: 'What came of settleHold.',
  types: [SettleHoldSuccess, HoldNotFoundError, HoldNotOpenError, InvalidInputError],
  resolveType: () => 'SettleHoldSuccess',
});

builder.mutationField('settleHold', (t) =>
  t.field({
    type: SettleHoldPayload,
    nullable: true,
    description:
      'Finishes a hold with what was really used. Where that is less, the rest goes back; where it is more, it is taken as track takes ' +
      'it, as far as it goes. Sent again it is a HoldNotOpenError, with the hold as it was settled: nothing counts twice.',
    args: {
      input: t.arg({ type: SettleHoldInput, required: true, description: 'What was used.' }),
    },
    resolve: appOnly((_, { input }, context) => settleHold(context, input)),
  }),
);
