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
  description: 'The hold to end, and how much was really used.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'The id of an OPEN hold.' }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description:
        "How much was really used, in units of the hold's feature: zero or above. It may " +
        'be more than was held.',
    }),
    properties: t.field({
      type: 'JSONObject',
      description: 'Facts to keep with the ledger entry, for your app only.',
    }),
  }),
});

const SettleHoldSuccess = builder.objectRef<Settled>('SettleHoldSuccess').implement({
  description:
    'The hold is settled. `entry`, `balance`, `applied` and `shortfall` are about the ' +
    "hold's feature, in its units.",
  fields: (t) => ({
    hold: t.expose('hold', { type: HoldRef, description: 'The hold, which is SETTLED now.' }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: "The ledger entry of the hold's feature, whichever balance paid.",
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description: 'All ledger entries that the request wrote, those of credits included.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: 'The balance as the request left it.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'Every balance that the request changed.',
      resolve: ({ balances }) => [...balances],
    }),
    applied: t.expose('applied', {
      type: 'Decimal',
      description: 'How much was taken in all: applied + shortfall = amount.',
    }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'How much was used beyond what was held, and could not be taken.',
    }),
  }),
});

const SettleHoldPayload = builder.errorUnion('SettleHoldPayload', {
  description: 'The settled hold, or the reason why it was not settled.',
  types: [SettleHoldSuccess, HoldNotFoundError, HoldNotOpenError, InvalidInputError],
  resolveType: () => 'SettleHoldSuccess',
});

builder.mutationField('settleHold', (t) =>
  t.field({
    type: SettleHoldPayload,
    nullable: true,
    description:
      'Ends a hold with what was really used. What was held and not used goes back. ' +
      'What was used beyond it is taken as track takes it, as far as the balance goes. ' +
      'A hold ends once: repeating the request gets a HoldNotOpenError with the hold as ' +
      'it was settled, so nothing counts twice. Needs a secret key.',
    args: {
      input: t.arg({
        type: SettleHoldInput,
        required: true,
        description: 'The hold to end, and how much was really used.',
      }),
    },
    resolve: appOnly((_, { input }, context) => settleHold(context, input)),
  }),
);
