import type { Purchase } from '../src/purchases/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { BalanceObject } from './balance.ts';
import type { Context } from './context.ts';

/** The field `balances` of an answer about a purchase. */
export const balancesNow = {
  type: [BalanceObject] as [typeof BalanceObject],
  extensions: declareCost({ list: 10 }),
  description: 'All balances of the customer, as they are now.',
  resolve: async (
    { purchase: { customerId } }: { readonly purchase: Pick<Purchase, 'customerId'> },
    _: object,
    { ledger }: Context,
  ) => [...(await ledger.reads.balancesOf(customerId))],
};
