import type { Held } from '../src/balances/hold.ts';
import { placeHold } from '../src/balances/place-hold.ts';
import { InsufficientBalanceError } from '../src/ledger/model/errors.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { HoldRef } from './hold-ref.ts';

const PlaceHoldInput = builder.inputType('PlaceHoldInput', {
  description: 'What to reserve.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'For whom.' }),
    featureId: t.id({ required: true, description: 'Of what: a metered feature.' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'How much, above zero.' }),
    expiresInSeconds: t.int({
      defaultValue: 300,
      description: 'For how long: 1 to 2592000, which is 30 days.',
    }),
    idempotencyKey: t.string({
      description:
        'The same key and input again is the first answer, so a retry never holds twice.',
    }),
  }),
});

const PlaceHoldSuccess = builder.objectRef<Held>('PlaceHoldSuccess').implement({
  description: 'It is reserved.',
  fields: (t) => ({
    hold: t.expose('hold', {
      type: HoldRef,
      description: 'The hold; with replayed: true, as it stands now.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        "The feature's own where something of it is held, else the credits' that are. Right after its entry; with replayed: true, as " +
        'it stands now.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'All balances of which something is held.',
      resolve: ({ balances }) => [...balances],
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True where the key was answered before, and this is that hold.',
    }),
  }),
});

const PlaceHoldPayload = builder.errorUnion('PlaceHoldPayload', {
  description: 'What came of placeHold.',
  types: [
    PlaceHoldSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    InsufficientBalanceError,
    IdempotencyConflictError,
    InvalidInputError,
  ],
  resolveType: () => 'PlaceHoldSuccess',
});

builder.mutationField('placeHold', (t) =>
  t.field({
    type: PlaceHoldPayload,
    nullable: true,
    description:
      'Reserves an amount, all of it or nothing, until settleHold or releaseHold ends it, or its time is over.',
    args: {
      input: t.arg({ type: PlaceHoldInput, required: true, description: 'What to reserve.' }),
    },
    resolve: appOnly((_, { input }, context) => placeHold(context, input)),
  }),
);
