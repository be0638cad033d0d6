import { maySee } from '../src/access/actor.ts';
import {
  PURCHASE_STATUSES,
  type PurchaseStatus,
  type Quantity,
} from '../src/purchases/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { wholeOf } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { GrantObject } from './grant.ts';
import { MoneyType } from './money.ts';
import { part } from './part.ts';
import { namedPlan, PlanObject } from './plan.ts';
import { PurchaseRef } from './purchase-ref.ts';

const describe: Record<PurchaseStatus, string> = {
  PENDING: 'Not paid yet. Nothing is granted.',
  ACTIVE: 'Paid, or free. Its grants are there.',
  FAILED: 'The payment did not come.',
  EXPIRED:
    'The page was left unpaid for too long, another attach took its place, or the payment provider does not have it any more.',
  CANCELED:
    'Ended: canceled, before it was paid or after, or replaced by another base plan of its group.',
  REFUNDED:
    'Reserved: refunds and disputes do not change a purchase yet. They are errors in the log of the server.',
};

export const PurchaseStatusEnum = builder.enumType('PurchaseStatus', {
  description: 'How far a purchase is.',
  values: Object.fromEntries(
    PURCHASE_STATUSES.map((status) => [status, { value: status, description: describe[status] }]),
  ) as {
    [Status in PurchaseStatus]: { value: Status; description: string };
  },
});

export const FeatureQuantityObject = builder.objectRef<Quantity>('FeatureQuantity').implement({
  description: 'What a purchase grants of one feature.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    quantity: t.field({
      type: 'Decimal',
      description: 'Included and bought together, in whole billing units.',
      resolve: ({ included, bought }) => included + bought,
    }),
  }),
});

PurchaseRef.implement({
  description: 'A customer getting a plan, paid or free.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id. It stands in the metadata of the payment, too.' }),
    customer: t.field({
      type: CustomerRef,
      description: 'Who gets it.',
      resolve: async (purchase) => ({ id: (await wholeOf(purchase)).customerId }),
    }),
    plan: t.field({
      type: PlanObject,
      description: 'The version that was bought, at the price of then.',
      resolve: async (purchase, _, context) => {
        const { planId, planVersion } = await wholeOf(purchase);
        return namedPlan(context, { id: planId, version: planVersion });
      },
    }),
    holdsPlan: t.boolean({
      description:
        'Whether it is by this purchase that the customer has the plan, once it is ACTIVE. False where it buys more of a base plan that the customer has: canceling it takes nothing.',
      resolve: async (purchase) => !(await wholeOf(purchase)).onlyBought,
    }),
    status: t.field({
      type: PurchaseStatusEnum,
      description: 'How far it is.',
      resolve: part('status'),
    }),
    revision: t.int({
      description: 'Rises with each change of status: a client that holds 3 ignores 2.',
      resolve: part('revision'),
    }),
    featureQuantities: t.field({
      type: [FeatureQuantityObject],
      extensions: declareCost({ list: 5 }),
      description: 'What it grants.',
      resolve: async (purchase) => [...(await wholeOf(purchase)).quantities],
    }),
    total: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What it costs; null: nothing.',
      resolve: part('total'),
    }),
    checkoutUrl: t.string({
      nullable: true,
      description: 'Where the customer pays; null once there is nothing to pay there.',
      resolve: part('checkoutUrl'),
    }),
    grants: t.field({
      type: [GrantObject],
      extensions: declareCost({ list: 5 }),
      description: 'What came of it.',
      resolve: async (purchase, _, { ledger }) => {
        const { customerId, id } = await wholeOf(purchase);
        return [...(await ledger.reads.grantsOfPurchase({ customerId, purchaseId: id }))];
      },
    }),
    failureReason: t.string({
      nullable: true,
      description: 'Why it FAILED; or why it EXPIRED, where that was not because of the customer.',
      resolve: part('failureReason'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was asked for.',
      resolve: part('createdAt'),
    }),
    settledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it became ACTIVE.',
      resolve: part('settledAt'),
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it will end, or would have: it was canceled for the end of its period.',
      resolve: part('endsAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended.',
      resolve: part('endedAt'),
    }),
  }),
});

export const PurchaseConnection = builder.connectionObject(
  {
    type: PurchaseRef,
    name: 'PurchaseConnection',
    description: "A page of a customer's purchases, newest first.",
  },
  { name: 'PurchaseEdge', description: 'One purchase of the page.' },
);

builder.queryField('purchase', (t) =>
  t.field({
    type: PurchaseRef,
    nullable: true,
    description: 'One purchase; null where there is none, or where it is not yours.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: async (_, { id }, { purchases, actor }) => {
      const purchase = await purchases.find(id);
      return purchase && maySee(actor, purchase.customerId) ? purchase : null;
    },
  }),
);
