import { offersFor } from '../src/balances/offers.ts';
import { type Tracked, track, trackBatch } from '../src/balances/track.ts';
import { InsufficientBalanceError } from '../src/ledger/model/errors.ts';
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
  description: 'What happens when more is used than is there.',
  values: {
    CAP: { description: 'Use what is there, report the rest as shortfall. The default.' },
    REJECT: { description: 'All or nothing: InsufficientBalanceError, and nothing changes.' },
    OVERDRAW: { description: 'Use it all; remaining goes below zero.' },
  } satisfies Record<(typeof SHORTFALL_POLICIES)[number], { description: string }>,
});

builder.objectType(InsufficientBalanceError, {
  name: 'InsufficientBalanceError',
  description:
    'REJECT, or a hold, found less than was asked. Nothing moved, and the key may be tried again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    required: t.expose('required', { type: 'Decimal', description: 'What was asked.' }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description:
        "What could be used of it: the feature's own and credits together, in the feature's units.",
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: "The feature's own balance, unchanged.",
    }),
    offers: t.field({
      type: [TopUpOfferObject],
      extensions: declareCost({ list: 5 }),
      description:
        'Prepaid plans on sale that would cover the shortfall, each in the smallest quantity that does and can be charged. The cheapest first of each currency, the one in which the customer last paid before others.',
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
  description: 'Something that was used.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'By whom.' }),
    featureId: t.id({ required: true, description: 'Of what: a metered feature.' }),
    value: t.field({ type: 'Decimal', description: 'How much, above zero; left out: 1.' }),
    onShortfall: t.field({
      type: ShortfallPolicyEnum,
      defaultValue: 'CAP',
      description: 'What happens when more is used than is there.',
    }),
    idempotencyKey: t.string({
      description:
        'The same key and input again is the first answer, so a retry never counts twice.',
    }),
    properties: t.field({
      type: 'JSONObject',
      description: 'What to note with it, at most 16 KiB.',
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description:
        'When it happened; left out: now. At most 5 minutes ahead. It never chooses grants.',
    }),
  }),
});

const TrackBatchInput = builder.inputType('TrackBatchInput', {
  description: 'Many uses.',
  fields: (t) => ({
    events: t.field({ type: [TrackInput], required: true, description: '1 to 1000.' }),
  }),
});

const TrackSuccess = builder.objectRef<Tracked>('TrackSuccess').implement({
  description:
    'It is in the ledger. entry, balance, requested, applied and shortfall speak of the tracked feature, in its units.',
  fields: (t) => ({
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: "The tracked feature's entry.",
    }),
    entries: t.field({
      type: [LedgerEntryObject],
      extensions: declareCost({ list: 2 }),
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
      extensions: declareCost({ list: 2 }),
      description: 'All balances that it changed.',
      resolve: ({ balances }) => [...balances],
    }),
    requested: t.expose('requested', { type: 'Decimal', description: 'What was asked.' }),
    applied: t.expose('applied', {
      type: 'Decimal',
      description: 'What was taken. applied + shortfall = requested.',
    }),
    shortfall: t.expose('shortfall', {
      type: 'Decimal',
      description: 'What was asked and was not there.',
    }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True where the key was answered before, and this is that answer.',
    }),
  }),
});

const TrackPayload = builder.errorUnion('TrackPayload', {
  description: 'What came of track.',
  types: [
    TrackSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    InsufficientBalanceError,
    IdempotencyConflictError,
    InvalidInputError,
    NotTrackedError,
  ],
  resolveType: () => 'TrackSuccess',
});

const TrackBatchSuccess = builder
  .objectRef<{ results: readonly (Tracked | Error)[] }>('TrackBatchSuccess')
  .implement({
    description: 'Each use has its own result, in the order given.',
    fields: (t) => ({
      results: t.field({
        type: [TrackPayload],
        extensions: declareCost({ list: 'page' }),
        description: 'One for each event.',
        resolve: ({ results }) => [...results] as Tracked[],
      }),
    }),
  });

const TrackBatchPayload = builder.errorUnion('TrackBatchPayload', {
  description: 'What came of trackBatch.',
  types: [TrackBatchSuccess, InvalidInputError],
  resolveType: () => 'TrackBatchSuccess',
});

/** More are refused, and so have one result. */
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
    description: "Takes a use off a customer's balance. Durable before it answers.",
    args: { input: t.arg({ type: TrackInput, required: true, description: 'What was used.' }) },
    resolve: appOnly((_, { input }, context) => track(context, input)),
  }),
  trackBatch: t.field({
    type: TrackBatchPayload,
    nullable: true,
    extensions: declareCost({ page: (argument) => eventsIn(argument('input')) }),
    description:
      'Up to 1,000 at once, each with its own result in the order given; one bad item never harms another. Only what is no decimal, date or id at all is refused with the whole request, as GraphQL does.',
    args: {
      input: t.arg({ type: TrackBatchInput, required: true, description: 'What was used.' }),
    },
    resolve: appOnly(async (_, { input }, context) => ({
      results: await trackBatch(context, input.events),
    })),
  }),
}));
