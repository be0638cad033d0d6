import { GRANT_ORIGINS, type Grant, type GrantOrigin } from '../src/ledger/model/types.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { fieldOf } from './field-of.ts';
import { IntervalType } from './interval.ts';
import { Lazy, loaded, type MaybeLazy } from './lazy.ts';
import { lazyPurchase, PurchaseRef } from './purchase-ref.ts';
import { RolloverObject } from './rollover.ts';

const descriptions: Record<GrantOrigin, string> = {
  INCLUDED: 'A plan included it when it was attached.',
  BOUGHT: 'The customer bought it with a plan, beyond what the plan includes.',
  MANUAL: 'Your app gave it, with grantBalance or an upward adjustBalance.',
  ROLLED_OVER: 'It was left unused in an earlier period and carried on.',
  OVERDRAFT:
    'It counts what was used beyond the balance. The next amount that comes in repays ' + 'it.',
};

const GrantOriginEnum = builder.enumType('GrantOrigin', {
  description: 'Where a grant came from: a plan, a purchase, your app or an earlier period.',
  values: Object.fromEntries(
    GRANT_ORIGINS.map((origin) => [origin, { value: origin, description: descriptions[origin] }]),
  ) as {
    [Origin in GrantOrigin]: { value: Origin; description: string };
  },
});

/** The grant that another object refers to, read once a field of it is selected. */
export function lazyGrant({ ledger }: Context, customerId: string, id: string): Lazy<Grant> {
  return new Lazy(id, () => ledger.reads.grant({ customerId, id }));
}

export const GrantObject = builder.objectRef<MaybeLazy<Grant>>('Grant').implement({
  description:
    'An amount of a feature given once, with its own reset, expiry and origin. Buying ' +
    'twice makes two grants.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identifies the grant: voidGrant takes it as grantId.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature of which the grant gives an amount.',
      resolve: async (grant, _, context) => namedFeature(context, (await loaded(grant)).featureId),
    }),
    origin: t.field({
      type: GrantOriginEnum,
      description: 'Where the grant came from.',
      resolve: fieldOf('origin'),
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description:
        'The purchase that made the grant; null for one given by hand, and for an ' + 'overdraft.',
      resolve: async (grant, _, context) => lazyPurchase(context, (await loaded(grant)).purchaseId),
    }),
    granted: t.field({
      type: 'Decimal',
      description:
        'How much the grant gives, and gives again at each reset. 0 for an unlimited ' +
        'grant and for an overdraft.',
      resolve: fieldOf('granted'),
    }),
    remaining: t.field({
      type: 'Decimal',
      description: 'How much of the grant can be used now. Below zero only for an overdraft.',
      resolve: fieldOf('remaining'),
    }),
    held: t.field({
      type: 'Decimal',
      description: 'How much of the grant open holds reserve.',
      resolve: fieldOf('held'),
    }),
    unlimited: t.boolean({
      description: 'True if any amount of the grant can be used.',
      resolve: fieldOf('unlimited'),
    }),
    reset: t.field({
      type: IntervalType,
      nullable: true,
      description: 'How often the grant is filled up again; null: never.',
      resolve: fieldOf('reset'),
    }),
    nextResetAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the grant is filled up again next; null if it never is, or if it expires ' + 'first.',
      resolve: fieldOf('nextResetAt'),
    }),
    rollover: t.field({
      type: RolloverObject,
      nullable: true,
      description:
        'How much of the grant is carried on if it is unused when it is filled up again; ' +
        'null: nothing.',
      resolve: fieldOf('rollover'),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the grant expires, whatever is left of it; null: never.',
      resolve: fieldOf('expiresAt'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description:
        'When the grant was made. Its resets are counted from here. If the customer had ' +
        'the plan before, this is when the plan gave it first, because its periods go on.',
      resolve: fieldOf('createdAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the grant expired or was voided; null before. From then on nothing of it ' +
        'remains, and only what open holds reserve of it still counts.',
      resolve: fieldOf('endedAt'),
    }),
  }),
});
