import { maySee } from '../src/access/actor.ts';
import { customerCursor } from '../src/customers/customers.ts';
import { purchaseCursor } from '../src/purchases/purchases.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { appOnly, appsOwn } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import { CustomerRef, wholeCustomer } from './customer-ref.ts';
import { readFeatureIds } from './feature.ts';
import { LedgerEntryConnection, LedgerEntryKindEnum, ledgerPage } from './ledger-entry.ts';
import { PurchaseConnection, PurchaseStatusEnum } from './purchase.ts';

CustomerRef.implement({
  description: 'Who has balances.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The app's own id." }),
    name: t.string({
      nullable: true,
      description: 'For people.',
      resolve: async (customer, _, context) => (await wholeCustomer(customer, context)).name,
    }),
    email: t.string({
      nullable: true,
      description: 'Told to the payment provider, which sends receipts there if it sends any.',
      resolve: async (customer, _, context) => (await wholeCustomer(customer, context)).email,
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: "The app's own facts: empty with a customer token.",
      resolve: async (customer, _, context) =>
        appsOwn(context, (await wholeCustomer(customer, context)).metadata, {}),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: async (customer, _, context) => (await wholeCustomer(customer, context)).createdAt,
    }),
    sequence: t.field({
      type: 'SafeInt',
      description: "Number of this customer's last ledger entry: 1, 2, 3 … without a gap.",
      resolve: ({ id }, _, { ledger }) => ledger.reads.sequence(id),
    }),
    balance: t.field({
      type: BalanceObject,
      nullable: true,
      description:
        'Its balance of one feature, zero where nothing was granted; null for an unknown or boolean feature.',
      args: { featureId: t.arg.id({ required: true, description: 'Of what.' }) },
      resolve: async ({ id }, { featureId }, { catalog, ledger }) => {
        const feature = await catalog.feature(featureId);
        return feature && feature.type !== 'BOOLEAN'
          ? ledger.reads.balance({ customerId: id, featureId })
          : null;
      },
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: (argument) => lengthOf(argument('featureIds'), 10) }),
      description: 'Its balances of the features that it was ever granted or used.',
      args: { featureIds: t.arg.idList({ description: 'Only these.' }) },
      resolve: async ({ id }, { featureIds }, { ledger }) => {
        const wanted = featureIds && readFeatureIds(featureIds);
        return (await ledger.reads.balancesOf(id)).filter(
          (balance) => !wanted || wanted.includes(balance.featureId),
        );
      },
    }),
    purchases: t.field({
      type: PurchaseConnection,
      description: 'Its purchases, newest first.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: '1 to 100.' }),
        after: t.arg.string({ description: 'The cursor to go on from.' }),
        status: t.arg({ type: PurchaseStatusEnum, description: 'Only these.' }),
      },
      resolve: async ({ id }, args, { purchases }) =>
        toConnection(await purchases.page({ ...args, customerId: id }), purchaseCursor),
    }),
    ledger: t.field({
      type: LedgerEntryConnection,
      description: 'Everything that moved its balances, newest first.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: '1 to 100.' }),
        after: t.arg.string({ description: 'The cursor to go on from.' }),
        featureId: t.arg.id({ description: 'Only of this feature.' }),
        kind: t.arg({ type: LedgerEntryKindEnum, description: 'Only these.' }),
      },
      resolve: ({ id }, args, context) => ledgerPage(context, { ...args, customerId: id }),
    }),
  }),
});

const CustomerConnection = builder.connectionObject(
  {
    type: CustomerRef,
    name: 'CustomerConnection',
    description: 'A page of customers, newest first.',
  },
  { name: 'CustomerEdge', description: 'One customer of the page.' },
);

builder.queryFields((t) => ({
  viewer: t.field({
    type: CustomerRef,
    nullable: true,
    description: 'The customer whose token this is; null with a secret key.',
    resolve: (_, __, { actor, customers }) =>
      actor.kind === 'customer' ? customers.find(actor.customerId) : null,
  }),
  customer: t.field({
    type: CustomerRef,
    nullable: true,
    description: 'One customer; null where there is none, or where it is not yours.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_, { id }, { actor, customers }) => (maySee(actor, id) ? customers.find(id) : null),
  }),
  customers: t.field({
    type: CustomerConnection,
    extensions: declareCost({ statements: 1 }),
    nullable: true,
    description: 'All customers, newest first.',
    args: {
      first: t.arg.int({ defaultValue: 20, description: '1 to 100.' }),
      after: t.arg.string({ description: 'The cursor to go on from.' }),
      search: t.arg.string({ description: 'Part of an id, name or email.' }),
    },
    resolve: appOnly(async (_, args, { customers }) =>
      toConnection(await customers.list(args), customerCursor),
    ),
  }),
}));
