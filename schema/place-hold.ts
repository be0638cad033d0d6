import type { Held } from '../src/balances/hold.ts';
import { placeHold } from '../src/balances/place-hold.ts';
import { InsufficientBalanceError, UsageLimitReachedError } from '../src/ledger/model/errors.ts';
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
  description: 'How much to reserve, for whom and for how long.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer for whom to reserve.' }),
    featureId: t.id({
      required: true,
      description: 'The feature of which to reserve an amount: any but a boolean one.',
    }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much to reserve, in units of the feature: above zero.',
    }),
    expiresInSeconds: t.int({
      defaultValue: 300,
      description: 'For how long to reserve it: 1 to 2592000 seconds, which is 30 days.',
    }),
    idempotencyKey: t.string({
      description:
        '1 to 200 printable characters. Repeating the request with the same key and input ' +
        'returns the first hold and reserves nothing more.',
    }),
  }),
});

const PlaceHoldSuccess = builder.objectRef<Held>('PlaceHoldSuccess').implement({
  description: 'The whole amount is reserved, from one or several balances.',
  fields: (t) => ({
    hold: t.expose('hold', {
      type: HoldRef,
      description: 'The hold. If replayed, as it is now.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        "The feature's own balance if something of it is held, else that of the credits. " +
        'As the request left it; if replayed, as it is now, as far as it can be read.',
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 3 }),
      description: 'Every balance of which the hold reserves something.',
      resolve: ({ balances }) => [...balances],
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True if an earlier request with the same key placed this hold.',
    }),
  }),
});

const PlaceHoldPayload = builder.errorUnion('PlaceHoldPayload', {
  description: 'The hold, or the reason why nothing was reserved.',
  types: [
    PlaceHoldSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    InsufficientBalanceError,
    UsageLimitReachedError,
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
      'Reserves an amount, all of it or nothing, until settleHold or releaseHold ends ' +
      'the hold or its time is over. Needs a secret key.',
    args: {
      input: t.arg({
        type: PlaceHoldInput,
        required: true,
        description: 'How much to reserve, for whom and for how long.',
      }),
    },
    resolve: appOnly((_, { input }, context) => placeHold(context, input)),
  }),
);
