/**
 * Questions about accounts, asked for many keys in one statement.
 *
 * Each answer comes with its account, from the same statement and so from the same moment: it is
 * true until the account is next due.
 */

import type { StatementValue } from '../../database/statement-values.ts';
import type { Statements } from '../../database/statements.ts';
import type { KeptLimit } from '../model/usage-limit.ts';
import { type LimitRow, toLimits } from './limit-rows.ts';

export type Reader = Pick<Statements, 'read'>;

/** A key names its customer, and perhaps more. */
export interface OfCustomer {
  readonly customerId: string;
}

/** What was found for one key. */
export interface Found<Value> {
  /** null for an unknown customer. */
  readonly account: Account | null;
  readonly values: readonly Value[];
}

export interface Account {
  /** The number of the last entry. */
  readonly sequence: bigint;
  /** The account is overdue from this instant on; null: never. */
  readonly nextDueAt: Date | null;
  /** A returned payment lets the customer use nothing. */
  readonly isFrozen: boolean;
  readonly limits: readonly KeptLimit[];
}

export interface Question<Key extends OfCustomer, Row, Value> {
  /** The parts of a key beside its customer, by the columns of `wanted` that hold them. */
  readonly wanted: { readonly [column: string]: readonly [type: string, partOf: (key: Key) => Scalar] };
  /** A SELECT of a key's rows, which may use the columns of `wanted`. */
  readonly from: string;
  /** The name of these rows in `columns` and `order`. */
  readonly as: string;
  /** What the answer has of each row; a customer_id among it. */
  readonly columns: string;
  readonly order?: string;
  readonly toValue: (row: Row) => Value;
}

/** Answers in the order of the keys. A key may occur twice. */
export type Ask<Key, Value> = (reader: Reader, keys: readonly Key[]) => Promise<readonly Found<Value>[]>;

type Scalar = Exclude<StatementValue, readonly unknown[]>;

interface AnswerRow {
  readonly place: number;
  /** null for an unknown customer. */
  readonly account_sequence: bigint | null;
  readonly account_due_at: Date | null;
  readonly account_frozen: boolean;
  readonly account_limits: readonly LimitRow[] | null;
  /** null where there are no rows. */
  readonly customer_id: string | null;
}

export function question<Key extends OfCustomer, Row, Value>(asked: Question<Key, Row, Value>): Ask<Key, Value> {
  const text = textOf(asked);
  const parts = Object.values(asked.wanted).map(([, partOf]) => partOf);

  return async (reader, keys) => {
    // Many callers may ask the same.
    const places = new Map<string, number>();
    const customerIds: string[] = [];
    const columns = parts.map((): Scalar[] => []);
    const placeOfKeys = keys.map((key) => {
      const values = parts.map((partOf) => partOf(key));
      // No id contains a line feed.
      const name = [key.customerId, ...values].join('\n');
      const known = places.get(name);
      if (known !== undefined) return known;
      customerIds.push(key.customerId);
      for (const [index, value] of values.entries()) columns[index]?.push(value);
      places.set(name, places.size);
      return places.size - 1;
    });

    const found = customerIds.map((): { account: Account | null; values: Value[] } => ({ account: null, values: [] }));
    for (const row of await reader.read<AnswerRow & Row>(text, [customerIds, ...columns])) {
      const answer = found[row.place - 1];
      if (!answer || row.account_sequence === null) continue;
      answer.account ??= {
        sequence: row.account_sequence,
        nextDueAt: row.account_due_at,
        isFrozen: row.account_frozen,
        limits: toLimits(row.account_limits),
      };
      if (row.customer_id !== null) answer.values.push(asked.toValue(row));
    }
    return placeOfKeys.map((place) => found[place] ?? UNKNOWN);
  };
}

const UNKNOWN: Found<never> = { account: null, values: [] };

/**
 * One row for each row that is found, and for each key without one. OFFSET 0 makes PostgreSQL look
 * the keys up one by one, by index: it cannot know how many there will be, and would otherwise read
 * whole tables where it believes them to be small.
 */
function textOf<Key extends OfCustomer, Row, Value>({ wanted, from, as, columns, order }: Question<Key, Row, Value>): string {
  const types = ['text', ...Object.values(wanted).map(([type]) => type)];
  return `SELECT wanted.place::int4, account.sequence AS account_sequence, account.next_due_at AS account_due_at,
      account.frozen IS NOT NULL AS account_frozen, account.limits AS account_limits, ${columns}
    FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join()})
      WITH ORDINALITY AS wanted (${['customer_id', ...Object.keys(wanted), 'place'].join()})
    LEFT JOIN LATERAL (SELECT * FROM account x WHERE x.customer_id = wanted.customer_id OFFSET 0) account ON true
    LEFT JOIN LATERAL (${from} OFFSET 0) ${as} ON true${order === undefined ? '' : ` ORDER BY wanted.place, ${order}`}`;
}
