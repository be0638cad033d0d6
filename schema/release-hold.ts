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
  description: 'What is not needed any more.',
  fields: (t) => ({ holdId: t.id({ required: true, description: 'Which hold.' }) }),
});

const ReleaseHoldSuccess = builder.objectRef<Held>('ReleaseHoldSuccess').implement({
  description: 'It is given back.',
  fields: (t) => ({
    hold: t.expose('hold', { type: HoldRef, description: 'The hold, RELEASED.' }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 3 }),
      description:
        'All entries that came of it: what comes back to a grant that has ended meanwhile is let go by another.',
      resolve: ({ entries }) => [...entries],
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        "The feature's own where something of it was held, else the credits' that were; right after.",
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'All balances of which something was held.',
      resolve: ({ balances }) => [...balances],
    }),
  }),
});

const ReleaseHoldPayload = builder.errorUnion('ReleaseHoldPayload', {
  description: 'What came of releaseHold.',
  types: [ReleaseHoldSuccess, HoldNotFoundError, HoldNotOpenError, InvalidInputError],
  resolveType: () => 'ReleaseHoldSuccess',
});

builder.mutationField('releaseHold', (t) =>
  t.field({
    type: ReleaseHoldPayload,
    nullable: true,
    description: 'Gives all of a hold back. Nothing was used.',
    args: { input: t.arg({ type: ReleaseHoldInput, required: true, description: 'Which hold.' }) },
    resolve: appOnly((_, { input }, context) => releaseHold(context, input)),
  }),
);
