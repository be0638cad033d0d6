import { maySee } from '../src/access/actor.ts';
import { PURCHASE_STATUSES, type PurchaseStatus } from '../src/purchases/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { addTotalCount } from './connection.ts';
import { CustomerRef } from './customer-ref.ts';
import { FeatureQuantityObject } from './feature-quantity.ts';
import { fieldOf } from './field-of.ts';
import { GrantObject } from './grant.ts';
import { loaded } from './lazy.ts';
import { MoneyType } from './money.ts';
import { namedPlan, PlanObject } from './plan.ts';
import { PurchaseRef } from './purchase-ref.ts';

const descriptions: Record<PurchaseStatus, string> = {
  PENDING:
    'The customer has not paid yet, so nothing is granted. With a failureReason and a ' +
    'checkoutUrl: a saved payment method was declined, and the customer can pay on the ' +
    'page. With a failureReason alone: the payment provider has not answered a charge ' +
    'yet, or a payment came that does not settle the purchase, and the reason says what ' +
    'to do.',
  ACTIVE: 'It is paid or free, and its grants are made.',
  FAILED: 'The payment failed: failureReason says why.',
  EXPIRED:
    'The payment page cannot be used any more: it stayed unpaid for too long, another ' +
    'attach took its place, or the payment provider no longer has it. A payment that ' +
    'arrives all the same makes the purchase ACTIVE.',
  CANCELED:
    'It was canceled, before or after it was paid, or another base plan of its group ' +
    'replaced it.',
  REFUNDED: 'All that was paid for it was given back, and what it granted was taken back.',
  PAST_DUE:
    'It recurs, and its renewal is not paid yet: what is there stays for a time, and ' +
    'nothing new is given until it is paid.',
};

export const PurchaseStatusEnum = builder.enumType('PurchaseStatus', {
  description: 'How far a purchase has come.',
  values: Object.fromEntries(
    PURCHASE_STATUSES.map((status) => [
      status,
      { value: status, description: descriptions[status] },
    ]),
  ) as {
    [Status in PurchaseStatus]: { value: Status; description: string };
  },
});

PurchaseRef.implement({
  description:
    'A customer getting a plan, paid or free. Each attachPlan makes one or finds an ' +
    'earlier one.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Made by Brim. The payment carries it in its metadata, as brim_purchase_id.',
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer who gets the plan.',
      resolve: async (purchase) => ({ id: (await loaded(purchase)).customerId }),
    }),
    plan: t.field({
      type: PlanObject,
      description: 'The version of the plan that was attached, with the prices of then.',
      resolve: async (purchase, _, context) => {
        const { planId, planVersion } = await loaded(purchase);
        return namedPlan(context, { id: planId, version: planVersion });
      },
    }),
    holdsPlan: t.boolean({
      description:
        'True if the customer has the plan by this purchase while it is ACTIVE. False if ' +
        'it only buys more of a base plan that the customer has already: canceling it ' +
        'takes nothing away.',
      resolve: async (purchase) => !(await loaded(purchase)).onlyBought,
    }),
    automatic: t.boolean({
      description: 'True if Brim bought it by itself, as the auto top-up of the customer says.',
      resolve: fieldOf('automatic'),
    }),
    status: t.field({
      type: PurchaseStatusEnum,
      description: 'How far the purchase has come. purchaseChanged pushes each change.',
      resolve: fieldOf('status'),
    }),
    revision: t.int({
      description:
        'Rises with each change of its status, periods and money: a client that holds ' +
        'revision 3 ignores revision 2.',
      resolve: fieldOf('revision'),
    }),
    featureQuantities: t.field({
      type: [FeatureQuantityObject],
      extensions: declareCost({ list: 5 }),
      description:
        'What the purchase grants, or will grant once it is paid. Unlimited and boolean ' +
        'items are left out.',
      resolve: async (purchase) => [...(await loaded(purchase)).quantities],
    }),
    total: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What was asked of the customer in all; null: nothing.',
      resolve: fieldOf('total'),
    }),
    checkoutUrl: t.string({
      nullable: true,
      description:
        'The payment page to send the customer to; null once there is nothing to pay ' + 'there.',
      resolve: fieldOf('checkoutUrl'),
    }),
    grants: t.field({
      type: [GrantObject],
      extensions: declareCost({ list: 5 }),
      description:
        'The grants that the purchase made, and what rolled over from them. Empty until ' +
        'it is ACTIVE.',
      resolve: async (purchase, _, { ledger }) => {
        const { customerId, id } = await loaded(purchase);
        return [...(await ledger.reads.grantsOfPurchase({ customerId, purchaseId: id }))];
      },
    }),
    failureReason: t.string({
      nullable: true,
      description:
        'Why the purchase is FAILED; why it is EXPIRED if the customer was not the cause; ' +
        'or, of a PENDING one, why a saved payment method was declined, why its charge is ' +
        'still waited for, or why a payment does not settle it and what to do. Null ' +
        'otherwise.',
      resolve: fieldOf('failureReason'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the plan was attached, before any payment.',
      resolve: fieldOf('createdAt'),
    }),
    settledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the purchase became ACTIVE; null until then.',
      resolve: fieldOf('settledAt'),
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the purchase ends, or would have ended. Set once it is canceled for the end ' +
        'of its period; null otherwise.',
      resolve: fieldOf('endsAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the purchase was canceled or replaced; null in every status but CANCELED.',
      resolve: fieldOf('endedAt'),
    }),
  }),
});

export const PurchaseConnection = builder.connectionObject(
  {
    type: PurchaseRef,
    name: 'PurchaseConnection',
    description: 'A page of purchases, the newest first.',
  },
  { name: 'PurchaseEdge', description: 'One purchase of a page, with its cursor.' },
);
addTotalCount(PurchaseConnection, 'purchases');

builder.queryField('purchase', (t) =>
  t.field({
    type: PurchaseRef,
    nullable: true,
    description:
      'Returns a purchase; null if there is none with this id, or if the caller may not ' +
      'see it.',
    args: { id: t.arg.id({ required: true, description: 'The id of the purchase to return.' }) },
    resolve: async (_, { id }, { purchases, actor }) => {
      const purchase = await purchases.find(id);
      return purchase && maySee(actor, purchase.customerId) ? purchase : null;
    },
  }),
);
