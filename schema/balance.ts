import { balanceIdOf } from '../src/ledger/model/balance-id.ts';
import type { Balance } from '../src/ledger/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { GrantObject } from './grant.ts';
import { LedgerEntryConnection, ledgerArgs, ledgerPage } from './ledger-page.ts';

/** How many open grants a balance usually has. The number has no limit. */
const OPEN_GRANTS = 5;
const USED_UP_GRANTS = 100;

export const BalanceObject = builder.objectRef<Balance>('Balance').implement({
  description:
    "One customer's balance of one feature. All its numbers belong to one moment, the " +
    'one that `version` counts.',
  fields: (t) => ({
    id: t.id({
      description:
        'Unique for the customer and the feature, and never changes, such as ' +
        '"user_123/premium_messages". Client caches normalise by it.',
      resolve: balanceIdOf,
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer whose balance it is.',
      resolve: ({ customerId }) => ({ id: customerId }),
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature that the balance counts.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    granted: t.expose('granted', {
      type: 'Decimal',
      description:
        'How much was granted in all. Grants that are used up count; grants that expired ' +
        'or were voided do not.',
    }),
    usage: t.expose('usage', {
      type: 'Decimal',
      description:
        'How much was used: granted - remaining - held, plus what was used of unlimited ' +
        'grants. Resets, expiries and voids lower it.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description:
        'How much can be used now: nothing of it while a returned payment freezes the customer ' +
        '(FREEZE). Below zero after a use with OVERDRAW, and where a returned payment takes ' +
        'back what was used already.',
    }),
    held: t.expose('held', {
      type: 'Decimal',
      description: 'How much open holds reserve. It is neither in `remaining` nor in `usage`.',
    }),
    unlimited: t.exposeBoolean('unlimited', {
      description:
        'True if an unlimited grant lets the customer use any amount, unless a returned payment ' +
        'freezes the customer.',
    }),
    nextResetAt: t.expose('nextResetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a grant is filled up again next; null if none will be.',
    }),
    nextExpiryAt: t.expose('nextExpiryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a grant expires next; null if none will.',
    }),
    version: t.expose('version', {
      type: 'SafeInt',
      description:
        'The number of the ledger entry that made these numbers; 0 if nothing ever moved ' +
        'the balance. It only rises: a client that holds version 7 ignores version 6.',
    }),
    grants: t.field({
      type: [GrantObject],
      extensions: declareCost({
        list: (argument) =>
          argument('includeUsedUp') === true ? OPEN_GRANTS + USED_UP_GRANTS : OPEN_GRANTS,
      }),
      description:
        'The open grants of the balance, in the order in which they are used. Read when ' +
        'this field is resolved, so they may be newer than `version`.',
      args: {
        includeUsedUp: t.arg.boolean({
          defaultValue: false,
          description: 'Whether to add the newest 100 grants that are used up or have ended.',
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
      description:
        'The entries that moved this balance, the newest first. Read when this field is ' +
        'resolved, so they may be newer than `version`.',
      args: ledgerArgs,
      resolve: ({ customerId, featureId }, args, context) =>
        ledgerPage(context, { ...args, customerId, featureId }),
    }),
  }),
});
