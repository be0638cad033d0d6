import { atMostBuckets, type UsagePoint, usageSeries } from '../src/balances/usage-series.ts';
import { USAGE_BUCKETS, type UsageBucket } from '../src/ledger/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';

const describe: Record<UsageBucket, string> = {
  HOUR: 'An hour.',
  DAY: 'A day, in UTC.',
  WEEK: 'A week, from Monday, in UTC.',
  MONTH: 'A calendar month, in UTC.',
};

const UsageBucketEnum = builder.enumType('UsageBucket', {
  description: 'How long the buckets of a usage series are.',
  values: Object.fromEntries(
    USAGE_BUCKETS.map((unit) => [unit, { value: unit, description: describe[unit] }]),
  ) as {
    [Unit in UsageBucket]: { value: Unit; description: string };
  },
});

const UsagePointObject = builder.objectRef<UsagePoint>('UsagePoint').implement({
  description: 'What was used in one bucket of time.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'Its first instant.' }),
    end: t.expose('end', {
      type: 'DateTime',
      description: 'The first instant that is no longer in it.',
    }),
    usage: t.expose('usage', {
      type: 'Decimal',
      description:
        "What was used, in the feature's units, whoever paid for it. Below zero where more was given back than used.",
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
      'What it used of a feature over time, from the ledger: whole buckets, from the one of `from` to the last that begins before `to`, the empty ones as zero. At most 1000.',
    args: {
      featureId: t.arg.id({ required: true, description: 'Of what.' }),
      from: t.arg({
        type: 'DateTime',
        required: true,
        description: 'An instant of the first bucket.',
      }),
      to: t.arg({
        type: 'DateTime',
        required: true,
        description: 'Buckets that begin here or later are left out.',
      }),
      bucket: t.arg({
        type: UsageBucketEnum,
        required: true,
        description: 'How long a bucket is.',
      }),
    },
    resolve: async ({ id }, args, context) => [
      ...(await usageSeries(context, { ...args, customerId: id })),
    ],
  }),
);
