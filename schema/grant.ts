import { GRANT_ORIGINS, type Grant, type GrantOrigin } from '../src/ledger/model/types.ts';
import { type Named, Unread, wholeOf } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { IntervalType } from './interval.ts';
import { part } from './part.ts';
import { namedPurchase, PurchaseRef } from './purchase-ref.ts';
import { RolloverObject } from './rollover.ts';

const describe: Record<GrantOrigin, string> = {
  INCLUDED: 'A plan includes it.',
  BOUGHT: 'It was paid for.',
  MANUAL: 'It was given by hand.',
  ROLLED_OVER: 'It was unused in the period before.',
  OVERDRAFT: 'It stands for what is overdrawn. Whatever comes next repays it.',
};

const GrantOriginEnum = builder.enumType('GrantOrigin', {
  description: 'Where a grant came from.',
  values: Object.fromEntries(
    GRANT_ORIGINS.map((origin) => [origin, { value: origin, description: describe[origin] }]),
  ) as {
    [Origin in GrantOrigin]: { value: Origin; description: string };
  },
});

/** The grant that something names: read as it stands then. */
export function namedGrant({ ledger }: Context, customerId: string, id: string): Unread<Grant> {
  return new Unread(id, () => ledger.reads.grant({ customerId, id }));
}

export const GrantObject = builder.objectRef<Named<Grant>>('Grant').implement({
  description:
    'An amount given once, with its own reset, expiry and origin. Buying twice makes two.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: async (grant, _, context) => namedFeature(context, (await wholeOf(grant)).featureId),
    }),
    origin: t.field({
      type: GrantOriginEnum,
      description: 'Where it came from.',
      resolve: part('origin'),
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description: 'What brought it; null for one made by hand, and for an overdraft.',
      resolve: async (grant, _, context) =>
        namedPurchase(context, (await wholeOf(grant)).purchaseId),
    }),
    granted: t.field({
      type: 'Decimal',
      description: 'How much was given. 0 where it is unlimited, and for an overdraft.',
      resolve: part('granted'),
    }),
    remaining: t.field({
      type: 'Decimal',
      description: 'How much is left. Below zero only for an overdraft.',
      resolve: part('remaining'),
    }),
    held: t.field({
      type: 'Decimal',
      description: 'How much of it is reserved by open holds.',
      resolve: part('held'),
    }),
    unlimited: t.boolean({ description: 'As much as is wanted.', resolve: part('unlimited') }),
    reset: t.field({
      type: IntervalType,
      nullable: true,
      description: 'How often it is filled up again.',
      resolve: part('reset'),
    }),
    nextResetAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is filled up next.',
      resolve: part('nextResetAt'),
    }),
    rollover: t.field({
      type: RolloverObject,
      nullable: true,
      description: 'What of it is carried on when it is filled up; null: nothing.',
      resolve: part('rollover'),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when it can be used.',
      resolve: part('expiresAt'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description:
        'When it was given. Of a plan that was had before: when it was had first, for its periods are counted from there.',
      resolve: part('createdAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it expired or was voided. Nothing remains of it then, and only what is held of it still counts.',
      resolve: part('endedAt'),
    }),
  }),
});
