import { maySee } from '../src/access/actor.ts';
import type { BalanceChange } from '../src/feed/balance-change.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  PurchaseNotFoundError,
} from '../src/values/errors.ts';
import { customerMeant } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { readFeatureIds } from './feature.ts';
import { LedgerEntryObject } from './ledger-entry.ts';
import { PurchaseRef } from './purchase-ref.ts';

const BalanceChangeCauseEnum = builder.enumType('BalanceChangeCause', {
  description: 'Why a message comes.',
  values: {
    SNAPSHOT: { description: 'This is how it stands.' },
    LEDGER: { description: 'A ledger entry moved it.' },
  },
});

const BalanceChangeObject = builder.objectRef<BalanceChange>('BalanceChange').implement({
  description: 'One balance, at the moment it came to be so.',
  fields: (t) => ({
    cause: t.expose('cause', { type: BalanceChangeCauseEnum, description: 'Why it comes.' }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: 'Its numbers right after entry; grants and ledger beneath it are read now.',
    }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      nullable: true,
      description: 'What moved it; null for a SNAPSHOT.',
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description:
        'What to pass as `after` when reconnecting: that of the message that came last. Of a SNAPSHOT only the last message can ' +
        "be resumed from: the others say 9007199254740991, and passing an earlier one's gives the snapshot again.",
    }),
  }),
});

builder.subscriptionFields((t) => ({
  balanceChanged: t.field({
    type: BalanceChangeObject,
    description:
      'First the balances as they stand (cause SNAPSHOT, one message each; with featureIds one for each of them, zeros included), then every later ' +
      'change, in order, once. With `after`: no snapshot, but every change since that sequence, then live. A reader more than 1,000 entries ' +
      'behind, or ahead of the ledger, gets a SNAPSHOT instead and goes on from there.',
    args: {
      customerId: t.arg.id({ description: 'Whose; may be left out with a customer token.' }),
      featureIds: t.arg.idList({ description: 'Only these.' }),
      after: t.arg({
        type: 'SafeInt',
        description: 'The `sequence` of the last message that was taken in.',
      }),
    },
    subscribe: async (_, { customerId, featureIds, after }, context) => {
      const id = customerMeant(context, customerId);
      if (!(await context.customers.find(id))) throw new CustomerNotFoundError(id);
      const wanted = featureIds ? [...new Set(readFeatureIds(featureIds))] : null;
      const features = await Promise.all((wanted ?? []).map(context.catalog.feature));
      features.forEach((feature, index) => {
        if (!feature) throw new FeatureNotFoundError(wanted?.[index] ?? '');
      });
      return context.feed.balanceChanges({
        customerId: id,
        featureIds: wanted,
        after: after ?? null,
      });
    },
    resolve: (change) => change,
  }),
  purchaseChanged: t.field({
    type: PurchaseRef,
    description: 'First the purchase as it stands, then each change of its status.',
    args: { purchaseId: t.arg.id({ required: true, description: 'Which.' }) },
    subscribe: async (_, { purchaseId }, { actor, purchases, feed }) => {
      const purchase = await purchases.find(purchaseId);
      if (!purchase || !maySee(actor, purchase.customerId))
        throw new PurchaseNotFoundError(purchaseId);
      return feed.purchaseChanges(purchaseId, () => purchases.find(purchaseId));
    },
    resolve: (purchase) => purchase,
  }),
}));
