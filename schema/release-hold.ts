import type { Held } from '../src/balances/hold.ts';
import { releaseHold } from '../src/balances/release-hold.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../src/ledger/model/errors.ts';
import { InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { HoldRef } from './hold-ref.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const ReleaseHoldInput = builder.inputType('ReleaseHoldInput', {
  description: 'Names the hold to give back.',
  fields: (t) => ({ holdId: t.id({ required: true, description: 'The id of an OPEN hold.' }) }),
});

const ReleaseHoldSuccess = builder.objectRef<Held>('ReleaseHoldSuccess').implement({
  description: 'All of the hold was given back.',
  fields: (t) => ({
    hold: t.expose('hold', { type: HoldRef, description: 'The hold, which is RELEASED now.' }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description:
        'All ledger entries that the request wrote. What comes back to a grant that has ' +
        'ended is removed again by an entry of its own.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        "The feature's own balance if something of it was held, else that of the credits. " +
        'As the request left it.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'Every balance of which the hold had reserved something.',
      resolve: ({ balances }) => [...balances],
    }),
  }),
});

const ReleaseHoldPayload = builder.errorUnion('ReleaseHoldPayload', {
  description: 'The released hold, or the reason why it was not released.',
  types: [ReleaseHoldSuccess, HoldNotFoundError, HoldNotOpenError, InvalidInputError],
  resolveType: () => 'ReleaseHoldSuccess',
});

builder.mutationField('releaseHold', (t) =>
  t.field({
    type: ReleaseHoldPayload,
    nullable: true,
    description: 'Gives all of a hold back, because nothing was used. Needs a secret key.',
    args: {
      input: t.arg({
        type: ReleaseHoldInput,
        required: true,
        description: 'The id of the hold to give back.',
      }),
    },
    resolve: appOnly((_, { input }, context) => releaseHold(context, input)),
  }),
);
