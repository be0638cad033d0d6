import { offersFor } from '../src/balances/offers.ts';
import { type Tracked, track, trackBatch } from '../src/balances/track.ts';
import { InsufficientBalanceError, UsageLimitReachedError } from '../src/ledger/model/errors.ts';
import type { SHORTFALL_POLICIES } from '../src/ledger/model/types.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  IdempotencyConflictError,
  InvalidInputError,
  NotTrackedError,
} from '../src/values/errors.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { TopUpOfferObject } from './check.ts';
import { ErrorInterface } from './error.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const ShortfallPolicyEnum = builder.enumType('ShortfallPolicy', {
  description: 'What track does if the balance, or a usage limit, does not cover a use.',
  values: {
    CAP: { description: 'Takes what is there and reports the rest as shortfall. The default.' },
    REJECT: {
      description:
        'Takes all or nothing: the answer is an InsufficientBalanceError or a ' +
        'UsageLimitReachedError, and nothing changes.',
    },
    OVERDRAW: {
      description:
        'Takes all of it: `remaining` may go below zero. What goes beyond a usage limit is not ' +
        'taken, and is reported as shortfall.',
    },
  } satisfies Record<(typeof SHORTFALL_POLICIES)[number], { description: string }>,
});

builder.objectType(InsufficientBalanceError, {
  name: 'InsufficientBalanceError',
  description:
    'The balance does not cover a use with REJECT, or a hold. Nothing was changed, ' +
    'and the same idempotency key can be used again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    required: t.expose('required', {
      type: 'Decimal',
      description: 'How much was asked for, in units of the feature.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description:
        "How much of it could be used: the feature's own balance and credits together, in " +
        'units of the feature.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: "The feature's own balance, which did not change.",
    }),
    offers: t.field({
      type: [TopUpOfferObject],
      extensions: declareCost({ list: 5 }),
      description:
        'Prepaid plans on sale that the caller may attach and that would cover the ' +
        'shortfall, each in the smallest quantity that covers it and can be charged. The ' +
        'currency in which the customer last paid comes first, and in each currency the ' +
        'cheapest offer.',
      resolve: async ({ balance, shortfall }, _, context) => [
        ...(await offersFor(context, context.actor, {
          customerId: balance.customerId,
          featureId: balance.featureId,
          shortfall,
        })),
      ],
    }),
  }),
});

const TrackInput = builder.inputType('TrackInput', {
  description: 'A use of a feature by a customer.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer who used the feature.' }),
    featureId: t.id({
      required: true,
      description: 'The feature that was used: any but a boolean one.',
    }),
    value: t.field({ type: 'Decimal', description: 'How much was used: above zero. Left out: 1.' }),
    onShortfall: t.field({
      type: ShortfallPolicyEnum,
      defaultValue: 'CAP',
      description: 'What to do if the balance does not cover the use.',
    }),
    idempotencyKey: t.string({
      description:
        '1 to 200 printable characters. Repeating the request with the same key and input ' +
        'returns the first answer, so a retry never counts twice.',
    }),
    properties: t.field({
      type: 'JSONObject',
      description: 'Facts to keep with the ledger entry, for your app only.',
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description:
        'When the use happened: at most 5 minutes ahead. Left out: now. It dates the ' +
        'entry, and decides neither which grants pay nor in which window of a usage limit it counts.',
    }),
  }),
});

const TrackBatchInput = builder.inputType('TrackBatchInput', {
  description: 'Several uses to record with one request.',
  fields: (t) => ({
    events: t.field({
      type: [TrackInput],
      required: true,
      description: 'The uses, 1 to 1,000 of them, each with its own key if it may be repeated.',
    }),
  }),
});

const TrackSuccess = builder.objectRef<Tracked>('TrackSuccess').implement({
  description:
    'The use is in the ledger. `entry`, `balance`, `requested`, `applied` and ' +
    '`shortfall` are about the tracked feature, in its units.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: 'The ledger entry of the tracked feature, whichever balance paid.',
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 2 }),
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
      extensions: declareCost({ list: 2 }),
      description: 'Every balance that the request changed.',
      resolve: ({ balances }) => [...balances],
    }),
    requested: t.expose('requested', {
      type: 'Decimal',
      description: 'How much the request asked to take.',
    }),
    applied: t.expose('applied', {
      type: 'Decimal',
      description: 'How much was taken: applied + shortfall = requested.',
    }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'How much was asked for and could not be taken.',
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True if an earlier request with the same key made this change.',
    }),
  }),
});

const TrackPayload = builder.errorUnion('TrackPayload', {
  description: 'The recorded use, or the reason why it was not recorded.',
  types: [
    TrackSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    InsufficientBalanceError,
    UsageLimitReachedError,
    IdempotencyConflictError,
    InvalidInputError,
    NotTrackedError,
  ],
  resolveType: () => 'TrackSuccess',
});

const TrackBatchSuccess = builder
  .objectRef<{ results: readonly (Tracked | Error)[] }>('TrackBatchSuccess')
  .implement({
    description: 'Each use has its own result: some may be refused while the others are recorded.',
    fields: (t) => ({
      results: t.field({
        type: [TrackPayload],
        extensions: declareCost({ list: 'page' }),
        description: 'One result for each event, in the order of the input.',
        resolve: ({ results }) => [...results] as Tracked[],
      }),
    }),
  });

const TrackBatchPayload = builder.errorUnion('TrackBatchPayload', {
  description: 'The results of all uses, or the reason why the whole batch was refused.',
  types: [TrackBatchSuccess, InvalidInputError],
  resolveType: () => 'TrackBatchSuccess',
});

/** A batch of more is refused, and then has one result. */
const MAX_EVENTS = 1_000;

function eventsIn(input: unknown): number {
  const events =
    typeof input === 'object' && input !== null && 'events' in input ? input.events : undefined;
  return Math.min(MAX_EVENTS, lengthOf(events, 0));
}

builder.mutationFields((t) => ({
  track: t.field({
    type: TrackPayload,
    nullable: true,
    description:
      "Takes a use off a customer's balance. Brim answers once the use is committed to " +
      'the database. Needs a secret key.',
    args: {
      input: t.arg({
        type: TrackInput,
        required: true,
        description: 'The use to record: who used what, and how much.',
      }),
    },
    resolve: appOnly((_, { input }, context) => track(context, input)),
  }),
  trackBatch: t.field({
    type: TrackBatchPayload,
    nullable: true,
    extensions: declareCost({ page: (argument) => eventsIn(argument('input')) }),
    description:
      'Records up to 1,000 uses with one request, each with its own result. A use that ' +
      'is refused never affects the others. Only a value that is no decimal, date or id ' +
      'at all refuses the whole request. Needs a secret key.',
    args: {
      input: t.arg({
        type: TrackBatchInput,
        required: true,
        description: 'The uses to record, up to 1,000 of them.',
      }),
    },
    resolve: appOnly(async (_, { input }, context) => ({
      results: await trackBatch(context, input.events),
    })),
  }),
}));
