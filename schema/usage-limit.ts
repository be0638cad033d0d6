import { UsageLimitNotFoundError, UsageLimitReachedError } from '../src/ledger/model/errors.ts';
import type { UsageLimit } from '../src/ledger/model/usage-limit.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { ErrorInterface } from './error.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { IntervalType } from './interval.ts';
import { lazyPurchase, PurchaseRef } from './purchase-ref.ts';

export const UsageLimitObject = builder.objectRef<UsageLimit>('UsageLimit').implement({
  description:
    'The most that a customer may use of a feature in each window of the calendar, whichever ' +
    'balance pays. Of several limits of one feature all must be kept.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'The customer, the feature and the window, such as "user_123/messages/1_DAY", and the ' +
        'purchase whose plan sets the limit, if one does.',
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature whose use is limited. For credits: all that they pay for.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    per: t.expose('per', {
      type: IntervalType,
      description:
        'The length of the windows. They follow the calendar: a day begins at midnight, a week on ' +
        'Monday, a month on its first day. Windows of several units are counted from 1970.',
    }),
    timeZone: t.exposeString('timeZone', {
      nullable: true,
      description:
        'Whose calendar the windows follow: the IANA name of a time zone, and null for UTC. A day ' +
        'in which its clocks change has 23 or 25 hours.',
    }),
    max: t.expose('max', {
      type: 'Decimal',
      description: 'How much may be used in one window, in units of the feature.',
    }),
    used: t.expose('used', {
      type: 'Decimal',
      description:
        'What was used in the present window, less what was given back of it. A use counts when ' +
        'Brim takes it, whatever its `occurredAt` says.',
    }),
    held: t.expose('held', {
      type: 'Decimal',
      description: 'What open holds reserve of the limit, whenever they were placed.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description: 'How much can still be used in this window: max − used − held, never below 0.',
    }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      description: 'When the present window ends, and nothing of the next one is used.',
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description:
        'The purchase whose plan sets the limit; null if setUsageLimit set it for this customer.',
      resolve: ({ purchaseId }, _, context) => lazyPurchase(context, purchaseId),
    }),
  }),
});

builder.objectType(UsageLimitReachedError, {
  name: 'UsageLimitReachedError',
  description:
    'A usage limit leaves less than a use with REJECT, or a hold, asked for. Nothing was ' +
    'changed, and the same idempotency key can be used again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    required: t.expose('required', {
      type: 'Decimal',
      description: 'How much was asked for, in units of the feature that was to be used.',
    }),
    usageLimit: t.expose('usageLimit', {
      type: UsageLimitObject,
      description:
        'The limit as it was: `remaining` could be used of its feature until `resetsAt`.',
    }),
  }),
});

builder.objectType(UsageLimitNotFoundError, {
  name: 'UsageLimitNotFoundError',
  description: 'There is no usage limit with this id, or it was removed before.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    usageLimitId: t.exposeID('usageLimitId', {
      description: 'The usage limit id that the request named.',
    }),
  }),
});

builder.objectField(CustomerRef, 'usageLimits', (t) =>
  t.field({
    type: [UsageLimitObject],
    extensions: declareCost({ list: 5 }),
    description:
      'The limits of what the customer may use, those of its plans included, as they are now.',
    resolve: async ({ id }, _, { ledger }) => [...(await ledger.reads.usageLimits(id))],
  }),
);
