import type { CustomerBalanceChange } from '../src/feed/follow-all.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

const CustomerBalanceChangeObject = builder
  .objectRef<CustomerBalanceChange>('CustomerBalanceChange')
  .implement({
    description: 'One message of balancesChanged: a balance, and the entry that moved it.',
    fields: (t) => ({
      customer: t.field({
        type: CustomerRef,
        description: 'The customer whose balance it is.',
        resolve: ({ balance }) => ({ id: balance.customerId }),
      }),
      balance: t.expose('balance', {
        type: BalanceObject,
        description:
          'The balance right after `entry`. Its grants and its ledger are read when the ' +
          'message is sent.',
      }),
      entry: t.expose('entry', {
        type: LedgerEntryObject,
        description: 'The ledger entry that moved the balance.',
      }),
      cursor: t.exposeString('cursor', {
        description:
          'Pass it as `after` to go on after this message, in any process and however long ' +
          'afterwards. It belongs to this database, and to copies of it.',
      }),
    }),
  });

/** The newest place, a fence, and a look or two whether it is passed. */
const CURSOR_STATEMENTS = 4;

builder.queryFields((t) => ({
  balancesCursor: t.string({
    nullable: true,
    extensions: declareCost({ statements: CURSOR_STATEMENTS }),
    description:
      'Returns a cursor for balancesChanged. Balances that are read after it have everything that ' +
      'came before the cursor. So a copy of all balances begins with this cursor, then reads ' +
      'them, and follows from the cursor. Needs a secret key.',
    resolve: appOnly((_, __, { everyChange }) => everyChange.cursor()),
  }),
}));

builder.subscriptionFields((t) => ({
  balancesChanged: t.field({
    type: CustomerBalanceChangeObject,
    description:
      'Pushes every change of every balance, once each: those of one customer in the order of ' +
      'their entries, and a change that was committed before another began, before that one. ' +
      'However far its reader is behind, it goes on after the cursor. A cursor that this database ' +
      'does not know is refused with CURSOR_LOST. Needs a secret key.',
    args: {
      after: t.arg.string({
        description:
          'The `cursor` of the last message that was processed, or a balancesCursor. Left out: ' +
          'the changes from now on.',
      }),
    },
    subscribe: appOnly(
      (_: object, { after }: { after?: string | null | undefined }, { everyChange }) =>
        everyChange.changes(after ?? null),
    ),
    resolve: (change: CustomerBalanceChange) => change,
  }),
}));
