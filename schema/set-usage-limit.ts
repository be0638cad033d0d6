import { removeUsageLimit, setUsageLimit } from '../src/balances/usage-limits.ts';
import { UsageLimitNotFoundError } from '../src/ledger/model/errors.ts';
import type { UsageLimit } from '../src/ledger/model/usage-limit.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';
import { UsageLimitObject } from './usage-limit.ts';

const SetUsageLimitInput = builder.inputType('SetUsageLimitInput', {
  description: 'How much a customer may use of a feature in each window of the calendar.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer whose use to limit.' }),
    featureId: t.id({
      required: true,
      description: 'The feature whose use to limit: any but a boolean one.',
    }),
    per: t.field({
      type: IntervalInput,
      required: true,
      description: 'The length of the windows: a minute to a year.',
    }),
    max: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much may be used in one window. 0: nothing.',
    }),
    timeZone: t.string({
      description:
        "The IANA name of a time zone, such as that of the customer: 'Europe/Berlin'. Days, weeks, " +
        'months and years then begin at midnight there, also where its clocks change. For windows ' +
        'of a day and longer. Left out: UTC.',
    }),
  }),
});

const SetUsageLimitSuccess = builder
  .objectRef<{ usageLimit: UsageLimit }>('SetUsageLimitSuccess')
  .implement({
    description: 'The limit rules from now on.',
    fields: (t) => ({
      usageLimit: t.expose('usageLimit', {
        type: UsageLimitObject,
        description: 'The limit, with what was used in the present window before it was set.',
      }),
    }),
  });

const SetUsageLimitPayload = builder.errorUnion('SetUsageLimitPayload', {
  description: 'The limit, or the reason why it was not set.',
  types: [SetUsageLimitSuccess, CustomerNotFoundError, FeatureNotFoundError, InvalidInputError],
  resolveType: () => 'SetUsageLimitSuccess',
});

const RemoveUsageLimitInput = builder.inputType('RemoveUsageLimitInput', {
  description: 'The usage limit that shall be removed.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description: 'The id of the limit. One that a plan sets ends with its purchase.',
    }),
  }),
});

const RemoveUsageLimitSuccess = builder
  .objectRef<{ usageLimit: UsageLimit }>('RemoveUsageLimitSuccess')
  .implement({
    description: 'The limit rules no more.',
    fields: (t) => ({
      usageLimit: t.expose('usageLimit', {
        type: UsageLimitObject,
        description: 'The limit as it was.',
      }),
    }),
  });

const RemoveUsageLimitPayload = builder.errorUnion('RemoveUsageLimitPayload', {
  description: 'The limit that was removed, or the reason why it was not.',
  types: [RemoveUsageLimitSuccess, UsageLimitNotFoundError, InvalidInputError],
  resolveType: () => 'RemoveUsageLimitSuccess',
});

builder.mutationFields((t) => ({
  setUsageLimit: t.field({
    type: SetUsageLimitPayload,
    nullable: true,
    description:
      'Limits what a customer may use of a feature in each window of the calendar: at most 20 ' +
      'limits for one customer. Another call for the same feature and window changes the limit, ' +
      'and what was used of it stays used; with another time zone, what was used in the window ' +
      'there counts. Needs a secret key.',
    args: {
      input: t.arg({
        type: SetUsageLimitInput,
        required: true,
        description: 'Whose use of what to limit, and to how much.',
      }),
    },
    resolve: appOnly(async (_, { input }, context) => ({
      usageLimit: await setUsageLimit(context, input),
    })),
  }),
  removeUsageLimit: t.field({
    type: RemoveUsageLimitPayload,
    nullable: true,
    description:
      'Removes a limit that setUsageLimit set. What it held back can be used at once. Needs a ' +
      'secret key.',
    args: {
      input: t.arg({
        type: RemoveUsageLimitInput,
        required: true,
        description: 'The usage limit that shall be removed.',
      }),
    },
    resolve: appOnly(async (_, { input }, context) => ({
      usageLimit: await removeUsageLimit(context, input),
    })),
  }),
}));
