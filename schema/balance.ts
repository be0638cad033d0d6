import type { Balance } from '../src/ledger/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { GrantObject } from './grant.ts';
import { LedgerEntryConnection, LedgerEntryKindEnum, ledgerPage } from './ledger-entry.ts';

/** How many open grants a balance usually has; nothing bounds them. */
const OPEN_GRANTS = 5;
const USED_UP_GRANTS = 100;

export const BalanceObject = builder.objectRef<Balance>('Balance').implement({
  description:
    "One customer's balance of one feature. Its numbers are of one moment: that of `version`.",
  fields: (t) => ({
    id: t.id({
      description:
        'Stable, and unique for the customer and feature: a client cache normalises by it.',
      resolve: ({ customerId, featureId }) => `${encodeURIComponent(customerId)}/${featureId}`,
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'Whose.',
      resolve: ({ customerId }) => ({ id: customerId }),
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    granted: t.expose('granted', {
      type: 'Decimal',
      description: 'All that was granted and still counts.',
    }),
    usage: t.expose('usage', {
      type: 'Decimal',
      description: 'granted - remaining - held, and what was used of unlimited grants.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description: 'What can be used now. Below zero only when overdrawn.',
    }),
    held: t.expose('held', { type: 'Decimal', description: 'Reserved by open holds.' }),
    unlimited: t.exposeBoolean('unlimited', { description: 'Any amount can be used.' }),
    nextResetAt: t.expose('nextResetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a grant of it is filled up next.',
    }),
    nextExpiryAt: t.expose('nextExpiryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a grant of it ends next.',
    }),
    version: t.expose('version', {
      type: 'SafeInt',
      description:
        "The customer's sequence at its last change. A client that holds version 7 ignores version 6.",
    }),
    grants: t.field({
      type: [GrantObject],
      extensions: declareCost({
        list: (argument) =>
          argument('includeUsedUp') === true ? OPEN_GRANTS + USED_UP_GRANTS : OPEN_GRANTS,
      }),
      description: 'In burn-down order: the first is used first. Read now, whatever the version.',
      args: {
        includeUsedUp: t.arg.boolean({
          defaultValue: false,
          description: 'Then the newest 100 that are used up.',
        }),
      },
      resolve: async (balance, { includeUsedUp }, { ledger: { reads } }) =>
        (
          await Promise.all([
            reads.openGrants(balance),
            includeUsedUp ? reads.usedUpGrants(balance) : [],
          ])
        ).flat(),
    }),
    ledger: t.field({
      type: LedgerEntryConnection,
      description: 'What moved it, newest first. Read now, whatever the version.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: '1 to 100.' }),
        after: t.arg.string({ description: 'The cursor to go on from.' }),
        kind: t.arg({ type: LedgerEntryKindEnum, description: 'Only these.' }),
      },
      resolve: ({ customerId, featureId }, args, context) =>
        ledgerPage(context, { ...args, customerId, featureId }),
    }),
  }),
});
