import { GRANT_ORIGINS, type Grant, type GrantOrigin } from '../src/ledger/types.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { IntervalType } from './interval.ts';
import { PurchaseRef } from './purchase-ref.ts';
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
  values: Object.fromEntries(GRANT_ORIGINS.map((origin) => [origin, { value: origin, description: describe[origin] }])) as {
    [Origin in GrantOrigin]: { value: Origin; description: string };
  },
});

export const GrantObject = builder.objectRef<Grant>('Grant').implement({
  description: 'An amount given once, with its own reset, expiry and origin. Buying twice makes two.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    origin: t.expose('origin', { type: GrantOriginEnum, description: 'Where it came from.' }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description: 'What brought it; null for one made by hand, and for an overdraft.',
      resolve: ({ purchaseId }, _, { purchases }) => (purchaseId === null ? null : purchases.find(purchaseId)),
    }),
    granted: t.expose('granted', {
      type: 'Decimal',
      description: 'How much was given. 0 where it is unlimited, and for an overdraft.',
    }),
    remaining: t.expose('remaining', { type: 'Decimal', description: 'How much is left. Below zero only for an overdraft.' }),
    held: t.expose('held', { type: 'Decimal', description: 'How much of it is reserved by open holds.' }),
    unlimited: t.exposeBoolean('unlimited', { description: 'As much as is wanted.' }),
    reset: t.expose('reset', { type: IntervalType, nullable: true, description: 'How often it is filled up again.' }),
    nextResetAt: t.expose('nextResetAt', { type: 'DateTime', nullable: true, description: 'When it is filled up next.' }),
    rollover: t.expose('rollover', {
      type: RolloverObject,
      nullable: true,
      description: 'What of it is carried on when it is filled up; null: nothing.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it can be used.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description:
        'When it was given. Of a plan that was had before: when it was had first, for its periods are counted from there.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expired or was voided. Nothing remains of it then, and only what is held of it still counts.',
    }),
  }),
});
