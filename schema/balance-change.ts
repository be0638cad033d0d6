import { maySee } from '../src/access/actor.ts';
import type { BalanceChange } from '../src/feed/balance-change.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  PurchaseNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId } from './access.ts';
import { BalanceObject } from './balance.ts';
import { BalanceAlertObject, toTriggered } from './balance-alert.ts';
import { builder } from './builder.ts';
import { readFeatureIds } from './feature.ts';
import { LedgerEntryObject } from './ledger-entry.ts';
import { PurchaseRef } from './purchase-ref.ts';

const BalanceChangeCauseEnum = builder.enumType('BalanceChangeCause', {
  description: 'Why balanceChanged sent a message.',
  values: {
    SNAPSHOT: {
      description:
        'The subscription begins, or its reader fell too far behind: this is the balance ' +
        'as it is.',
    },
    LEDGER: { description: 'A ledger entry moved the balance.' },
  },
});

/** How many alerts an entry triggers, where it triggers any. */
const ALERTS = 2;

const BalanceChangeObject = builder.objectRef<BalanceChange>('BalanceChange').implement({
  description: 'One message of balanceChanged: a balance, and the entry that moved it.',
  fields: (t) => ({
    cause: t.expose('cause', {
      type: BalanceChangeCauseEnum,
      description: 'Why the message was sent.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'The balance right after `entry`. Its grants and its ledger are read when the ' +
        'message is sent.',
    }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      nullable: true,
      description: 'The ledger entry that moved the balance; null for a SNAPSHOT.',
    }),
    alerts: t.field({
      type: [BalanceAlertObject],
      extensions: declareCost({ list: ALERTS }),
      description:
        'The alerts that `entry` triggered, because the balance fell below what they say. Empty ' +
        'for a SNAPSHOT.',
      resolve: async ({ entry }, _, { alerts }) =>
        entry ? (await alerts.triggeredBy(entry)).map(toTriggered) : [],
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description:
        'Pass it as `after` to resume after this message. Only the last message of a ' +
        'SNAPSHOT can be resumed from: the others carry 9007199254740991, which gives the ' +
        'snapshot again.',
    }),
  }),
});

builder.subscriptionFields((t) => ({
  balanceChanged: t.field({
    type: BalanceChangeObject,
    description:
      "Pushes a customer's balances, then every later change, in order and once each. " +
      'It begins with the balances as they are: one message each with the cause ' +
      'SNAPSHOT or, with `featureIds`, one for each of these, even if nothing was ' +
      'granted. With `after` it begins with every change since that sequence instead. A ' +
      'reader that is more than 1,000 entries behind, or ahead of the ledger, gets a ' +
      'SNAPSHOT and goes on from there.',
    args: {
      customerId: t.arg.id({
        description:
          'The customer whose balances are pushed. May be left out with a customer token.',
      }),
      featureIds: t.arg.idList({
        description:
          'Push only the balances of these features, at most 100. Left out: all balances.',
      }),
      after: t.arg({
        type: 'SafeInt',
        description: 'The `sequence` of the last message that the client has processed.',
      }),
    },
    subscribe: async (_, { customerId, featureIds, after }, context) => {
      const id = readCustomerId(context, customerId);
      if (!(await context.customers.find(id))) throw new CustomerNotFoundError(id);
      const requestedIds = featureIds ? [...new Set(readFeatureIds(featureIds))] : null;
      const features = await Promise.all((requestedIds ?? []).map(context.catalog.feature));
      features.forEach((feature, index) => {
        if (!feature) throw new FeatureNotFoundError(requestedIds?.[index] ?? '');
      });
      return context.feed.balanceChanges({
        customerId: id,
        featureIds: requestedIds,
        after: after ?? null,
      });
    },
    resolve: (change) => change,
  }),
  purchaseChanged: t.field({
    type: PurchaseRef,
    description: 'Pushes a purchase as it is, and again with each change of its status.',
    args: {
      purchaseId: t.arg.id({ required: true, description: 'The id of the purchase to watch.' }),
    },
    subscribe: async (_, { purchaseId }, { actor, purchases, feed }) => {
      const purchase = await purchases.find(purchaseId);
      if (!purchase || !maySee(actor, purchase.customerId))
        throw new PurchaseNotFoundError(purchaseId);
      return feed.purchaseChanges(purchaseId, () => purchases.find(purchaseId));
    },
    resolve: (purchase) => purchase,
  }),
}));
