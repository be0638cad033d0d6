/** Balances as they stand, and how they came to be: the ledger and its sums over time. */
import type {
  CustomerLedgerQueryVariables,
  CustomerUsageQuery,
  CustomerUsageQueryVariables,
  EntryFieldsFragment,
  LedgerQueryVariables,
} from '../documents/generated/graphql.ts';
import {
  BalancesCursorText,
  CustomerBalancesText,
  CustomerBalanceText,
  CustomerLedgerText,
  CustomerUsageText,
  LedgerText,
} from '../documents/generated/texts.ts';
import { BrimError } from './brim-error.ts';
import type { Call, CallOptions } from './call.ts';
import { type Page, pageOf } from './page.ts';
import type { Balance } from './types.ts';

export type LedgerEntry = EntryFieldsFragment;
export type UsagePoint = NonNullable<CustomerUsageQuery['customer']>['usage'][number];

export interface BalanceVerbs {
  /** All balances of a customer, of one moment; null where there is no such customer. */
  balances(customerId: string, options?: CallOptions): Promise<readonly Balance[] | null>;
  /**
   * One balance, of zeros where nothing was ever granted; null where there is no such customer or
   * metered feature.
   */
  balance(customerId: string, featureId: string, options?: CallOptions): Promise<Balance | null>;
  /**
   * A cursor for balancesChanged: balances that are read after it have all that came before it, so
   * a copy of them misses nothing.
   */
  balancesCursor(options?: CallOptions): Promise<string>;
  /**
   * What moved a customer's balances, newest first, 20 unless `first` says 1 to 100; null where
   * there is no such customer.
   */
  ledger(input: CustomerLedgerQueryVariables, options?: CallOptions): Promise<Page<LedgerEntry> | null>;
  /**
   * The same of all customers, in the order in which their entries were written. @throws BrimError
   * INVALID_INPUT where `kinds` names uses or holds: they are listed with all the others, or for
   * one customer.
   */
  ledgerOfAll(input?: LedgerQueryVariables, options?: CallOptions): Promise<Page<LedgerEntry>>;
  /**
   * What a customer used of a feature, hour by hour, or by day, week or month in UTC: 1,000 buckets
   * at the most, the empty ones as "0". null where there is no such customer. @throws BrimError
   * FEATURE_NOT_FOUND.
   */
  usage(input: CustomerUsageQueryVariables, options?: CallOptions): Promise<readonly UsagePoint[] | null>;
}

export function balanceVerbs(call: Call): BalanceVerbs {
  return {
    async balances(customerId, options) {
      const { customer } = await call(CustomerBalancesText, { customerId }, options);
      return customer?.balances ?? null;
    },
    async balance(customerId, featureId, options) {
      const { customer } = await call(CustomerBalanceText, { customerId, featureId }, options);
      return customer?.balance ?? null;
    },
    async balancesCursor(options) {
      const { balancesCursor } = await call(BalancesCursorText, {}, options);
      if (balancesCursor === null) throw new BrimError('Brim gave no cursor.', { retryable: false, code: 'BAD_ANSWER' });
      return balancesCursor;
    },
    async ledger(input, options) {
      const { customer } = await call(CustomerLedgerText, input, options);
      return customer && pageOf(customer.ledger);
    },
    ledgerOfAll: async (input = {}, options) => pageOf((await call(LedgerText, input, options)).ledger),
    async usage(input, options) {
      const { customer } = await call(CustomerUsageText, input, options);
      return customer?.usage ?? null;
    },
  };
}
