/** Reads accounts and balances for readers. */
import { decimal } from '../../values/decimal.ts';
import type { Balance } from '../model/types.ts';
import { type OfCustomer, question, type Reader } from './question.ts';

export interface BalanceKey extends OfCustomer {
  readonly featureId: string;
}

interface BalanceRow {
  readonly customer_id: string;
  readonly feature_id: string;
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly usage: string;
  readonly unlimited: boolean;
  readonly next_reset_at: Date | null;
  readonly next_expiry_at: Date | null;
  readonly version: bigint;
}

const BALANCE_COLUMNS = `b.customer_id, b.feature_id, b.granted, b.remaining, b.held, b.usage, b.unlimited, b.next_reset_at,
  b.next_expiry_at, b.version`;

function toBalance(row: BalanceRow): Balance {
  return {
    customerId: row.customer_id,
    featureId: row.feature_id,
    granted: decimal(row.granted),
    remaining: decimal(row.remaining),
    held: decimal(row.held),
    usage: decimal(row.usage),
    unlimited: row.unlimited,
    nextResetAt: row.next_reset_at,
    nextExpiryAt: row.next_expiry_at,
    version: row.version,
  };
}

/** The balance of one feature; nothing where nothing was granted or used. */
export const findBalances = question<BalanceKey, BalanceRow, Balance>({
  wanted: { feature_id: ['text', ({ featureId }) => featureId] },
  from: 'SELECT * FROM balance x WHERE x.customer_id = wanted.customer_id AND x.feature_id = wanted.feature_id',
  as: 'b',
  columns: BALANCE_COLUMNS,
  toValue: toBalance,
});

/** All balances of the customer, by feature. */
export const findBalancesOf = question<OfCustomer, BalanceRow, Balance>({
  wanted: {},
  from: 'SELECT * FROM balance x WHERE x.customer_id = wanted.customer_id',
  as: 'b',
  columns: BALANCE_COLUMNS,
  order: 'b.feature_id',
  toValue: toBalance,
});

/** How far a customer's ledger has come. */
export interface Head extends OfCustomer {
  /** The number of the last entry; 0 without one. */
  readonly sequence: bigint;
}

/** Those of the ledgers that are not where they were, as they are now. */
export function findMovedHeads(reader: Reader, known: readonly Head[]): Promise<readonly Head[]> {
  return reader.read<Head>(
    `SELECT k.customer_id AS "customerId", coalesce(a.sequence, -1) AS sequence
     FROM unnest($1::text[], $2::int8[]) AS k (customer_id, sequence) LEFT JOIN account a ON a.customer_id = k.customer_id
     WHERE coalesce(a.sequence, -1) <> k.sequence`,
    [known.map(({ customerId }) => customerId), known.map(({ sequence }) => sequence)],
  );
}

/** Nothing but the account. */
export const findAccounts = question<OfCustomer, never, never>({
  wanted: {},
  from: 'SELECT NULL::text AS customer_id WHERE false',
  as: 'nothing',
  columns: 'nothing.customer_id',
  toValue: (row) => row,
});
