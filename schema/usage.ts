import { atMostBuckets, type UsagePoint, usageSeries } from '../src/balances/usage-series.ts';
import { USAGE_BUCKETS, type UsageBucket } from '../src/ledger/model/usage.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';

const descriptions: Record<UsageBucket, string> = {
  HOUR: 'One hour, from minute 0, in UTC.',
  DAY: 'One day, from midnight, in UTC.',
  WEEK: 'Seven days, from Monday at midnight, in UTC.',
  MONTH: 'One calendar month, from its first day, in UTC.',
};

const UsageBucketEnum = builder.enumType('UsageBucket', {
  description: 'How long each bucket of a usage series is.',
  values: Object.fromEntries(
    USAGE_BUCKETS.map((unit) => [unit, { value: unit, description: descriptions[unit] }]),
  ) as {
    [Unit in UsageBucket]: { value: Unit; description: string };
  },
});

const UsagePointObject = builder.objectRef<UsagePoint>('UsagePoint').implement({
  description: 'How much of a feature was used in one bucket of time.',
  fields: (t) => ({
    start: t.expose('start', {
      type: 'DateTime',
      description: 'When the bucket begins: its first instant.',
    }),
    end: t.expose('end', {
      type: 'DateTime',
      description: 'When the bucket ends: the first instant after it.',
    }),
    usage: t.expose('usage', {
      type: 'Decimal',
      description:
        'How much was used, in units of the feature, whichever balance paid. Below zero ' +
        'if more was given back than used.',
    }),
  }),
});

builder.objectField(CustomerRef, 'usage', (t) =>
  t.field({
    type: [UsagePointObject],
    extensions: declareCost({
      list: (argument) => atMostBuckets(argument('from'), argument('to'), argument('bucket')),
      statements: 1,
    }),
    description:
      'How much the customer used of a feature over time, in buckets without gaps, from ' +
      'the one that holds `from` to the last one that begins before `to`. A use falls ' +
      'into the bucket of its occurredAt. Buckets without use are 0. At most 1,000 ' +
      'buckets.',
    args: {
      featureId: t.arg.id({ required: true, description: 'The feature whose use is reported.' }),
      from: t.arg({
        type: 'DateTime',
        required: true,
        description: 'An instant in the first bucket.',
      }),
      to: t.arg({
        type: 'DateTime',
        required: true,
        description: 'Must be after `from`. Buckets that begin here or later are left out.',
      }),
      bucket: t.arg({
        type: UsageBucketEnum,
        required: true,
        description: 'How long each bucket is.',
      }),
    },
    resolve: async ({ id }, args, context) => [
      ...(await usageSeries(context, { ...args, customerId: id })),
    ],
  }),
);
