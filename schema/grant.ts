import type { Grant } from '../src/ledger/types.ts';
import { builder } from './builder.ts';
import { FeatureObject } from './feature.ts';
import { IntervalType } from './interval.ts';
import { existing } from './plan.ts';
import { PurchaseRef } from './purchase-ref.ts';

export const GrantObject = builder.objectRef<Grant>('Grant').implement({
  description: 'An amount given once, with its own reset, expiry and origin. Buying twice makes two.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: async ({ featureId }, _, { catalog }) => existing(await catalog.feature(featureId), featureId),
    }),
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
    unlimited: t.exposeBoolean('unlimited', { description: 'As much as is wanted.' }),
    reset: t.expose('reset', { type: IntervalType, nullable: true, description: 'How often it is filled up again.' }),
    nextResetAt: t.expose('nextResetAt', { type: 'DateTime', nullable: true, description: 'When it is filled up next.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it can be used.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was given.' }),
  }),
});
