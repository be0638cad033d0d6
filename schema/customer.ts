import { maySee } from '../src/access/actor.ts';
import { paymentCursor } from '../src/purchases/payments.ts';
import { purchaseCursor } from '../src/purchases/purchases.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { hideFromCustomers } from './access.ts';
import { AutoTopUpRef } from './auto-top-up.ts';
import { BalanceObject } from './balance.ts';
import { BalanceAlertObject } from './balance-alert.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import { CustomerRef, loadCustomer } from './customer-ref.ts';
import { readFeatureIds } from './feature.ts';
import { LedgerEntryConnection, ledgerArgs, ledgerPage } from './ledger-page.ts';
import { onlyThese, pageArgs, rangeArgs, readChoices } from './list-args.ts';
import { PaymentConnection, PaymentStatusEnum } from './payment.ts';
import { PaymentMethodRef } from './payment-method.ts';
import { PurchaseConnection, PurchaseStatusEnum } from './purchase.ts';

/** How many alerts usually concern a customer. There may be 100. */
const ALERTS = 5;

CustomerRef.implement({
  description: 'Someone who has balances, such as a user or a company that uses your app.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Your own id for the customer. Never changes.' }),
    name: t.string({
      nullable: true,
      description:
        'The name that people read, also told to the payment provider; null if there is ' + 'none.',
      resolve: async (customer, _, context) => (await loadCustomer(customer, context)).name,
    }),
    email: t.string({
      nullable: true,
      description:
        'The payment provider is told it, and sends receipts there if it sends any. Null ' +
        'if there is none.',
      resolve: async (customer, _, context) => (await loadCustomer(customer, context)).email,
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Facts that your app keeps with the customer. Always {} for customer tokens.',
      resolve: async (customer, _, context) =>
        hideFromCustomers(context, (await loadCustomer(customer, context)).metadata, {}),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When createCustomer made the customer.',
      resolve: async (customer, _, context) => (await loadCustomer(customer, context)).createdAt,
    }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When eraseCustomer left nothing but the numbers, under a random id; null if it did not.',
      resolve: async (customer, _, context) =>
        (await loadCustomer(customer, context)).erasedAt ?? null,
    }),
    sequence: t.field({
      type: 'SafeInt',
      description:
        "The number of the customer's newest ledger entry; 0 if there is none. Entries " +
        'are numbered without a gap.',
      resolve: ({ id }, _, { ledger }) => ledger.reads.sequence(id),
    }),
    balance: t.field({
      type: BalanceObject,
      nullable: true,
      description:
        "The customer's balance of one feature, all zero if nothing was granted. Null for " +
        'an unknown or a boolean feature.',
      args: {
        featureId: t.arg.id({
          required: true,
          description: 'The feature whose balance is returned.',
        }),
      },
      resolve: async ({ id }, { featureId }, { catalog, ledger }) => {
        const feature = await catalog.rememberedFeature(featureId);
        return feature && feature.type !== 'BOOLEAN'
          ? ledger.reads.balance({ customerId: id, featureId })
          : null;
      },
    }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: (argument) => lengthOf(argument('featureIds'), 10) }),
      description: "The customer's balances of all features that it was ever granted or used.",
      args: {
        featureIds: t.arg.idList({
          description:
            'Return only the balances of these features, at most 100. Left out: all balances.',
        }),
      },
      resolve: async ({ id }, { featureIds }, { ledger }) => {
        const requestedIds = featureIds && readFeatureIds(featureIds);
        return (await ledger.reads.balancesOf(id)).filter(
          (balance) => !requestedIds || requestedIds.includes(balance.featureId),
        );
      },
    }),
    balanceAlerts: t.field({
      type: [BalanceAlertObject],
      extensions: declareCost({ list: ALERTS }),
      description: 'The alerts that were set for this customer, and those for all customers.',
      resolve: async ({ id }, _, { alerts }) =>
        (await alerts.ofCustomer(id)).map((alert) => ({ ...alert, about: id })),
    }),
    purchases: t.field({
      type: PurchaseConnection,
      description: "The customer's purchases, the newest first.",
      args: {
        ...pageArgs('purchases'),
        statuses: t.arg({
          type: [PurchaseStatusEnum],
          description: onlyThese('purchases', 'statuses'),
        }),
        status: t.arg({
          type: PurchaseStatusEnum,
          description: 'Return only purchases of this status. Left out: all of them.',
          deprecationReason: 'Use `statuses`. Deprecated since 2026-11-28.',
        }),
        ...rangeArgs('purchases', 'createdAt'),
      },
      resolve: async ({ id }, { status, ...args }, { purchases }) => {
        const statuses = readChoices(['statuses', args.statuses], ['status', status]);
        const request = { ...args, statuses, customerId: id };
        return toConnection(await purchases.page(request), purchaseCursor, () =>
          purchases.count(request),
        );
      },
    }),
    payments: t.field({
      type: PaymentConnection,
      description: "The customer's payments, also those that failed, the newest first.",
      args: {
        ...pageArgs('payments'),
        statuses: t.arg({
          type: [PaymentStatusEnum],
          description: onlyThese('payments', 'statuses'),
        }),
        ...rangeArgs('payments', 'createdAt'),
      },
      resolve: async ({ id }, args, { purchases }) =>
        toConnection(
          await purchases.payments.page({ ...args, customerId: id }),
          paymentCursor,
          () => purchases.payments.count({ ...args, customerId: id }),
        ),
    }),
    autoTopUps: t.field({
      type: [AutoTopUpRef],
      extensions: declareCost({ list: 5 }),
      description: "The customer's auto top-ups, also those that are switched off.",
      resolve: async ({ id }, _, { topUps }) => [...(await topUps.ofCustomer(id))],
    }),
    paymentMethod: t.field({
      type: PaymentMethodRef,
      nullable: true,
      description:
        'The payment method that the customer has saved for payments without a page; null if ' +
        'there is none.',
      resolve: ({ id }, _, { purchases }) => purchases.savedMethod(id),
    }),
    ledger: t.field({
      type: LedgerEntryConnection,
      description: "Every movement of the customer's balances, the newest first.",
      args: {
        ...ledgerArgs,
        featureId: t.arg.id({
          description: 'Return only entries of this feature. Left out: all features.',
        }),
      },
      resolve: ({ id }, args, context) => ledgerPage(context, { ...args, customerId: id }),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: CustomerRef,
    nullable: true,
    description: 'The customer whose token the request carries; null with a secret key.',
    resolve: (_, __, { actor, customers }) =>
      actor.kind === 'customer' ? customers.find(actor.customerId) : null,
  }),
  customer: t.field({
    type: CustomerRef,
    nullable: true,
    description:
      'Returns a customer; null if there is none with this id, or if the caller may not ' +
      'see it.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that your app gave the customer.' }),
    },
    resolve: (_, { id }, { actor, customers }) => (maySee(actor, id) ? customers.find(id) : null),
  }),
}));
