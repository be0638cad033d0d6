/**
 * What must be true of the ledger's tables, as statements that find what is not. Each looks at the
 * customers after $1 until $2, or to the end where $2 is null, but for those in $3, and names the
 * first fault of each balance, grant or customer.
 */

import type { Database } from '../../database/database.ts';

/** A row or entry that contradicts the entries. */
export interface Fault {
  readonly customerId: string;
  /** The number of the entry; null where the fault is in what is kept beside the entries. */
  readonly sequence: string | null;
  readonly featureId: string | null;
  readonly problem: string;
}

const within = (column: string) => `${column} > $1 AND ($2::text IS NULL OR ${column} <= $2) AND ${column} <> ALL($3::text[])`;

/** The allocations of an entry, one row each. */
const ALLOCATIONS = `jsonb_to_recordset(e.allocations)
  AS a ("grant" text, amount numeric, held numeric, granted numeric, used numeric)`;

/** Entries have no gap, and each moves the numbers of the one before by its allocations. */
const ENTRIES = `
  SELECT DISTINCT ON (customer_id) customer_id AS "customerId", sequence::text, feature_id AS "featureId", problem FROM (
    SELECT customer_id, sequence, feature_id, CASE
      WHEN sequence <> coalesce(lag(sequence) OVER customer, 0) + 1 THEN 'the entry before it is missing'
      WHEN recorded_at < lag(recorded_at) OVER customer THEN 'it was recorded before the entry before it'
      WHEN amount <> told.moved THEN 'its amount is not the sum of its allocations'
      WHEN remaining_after <> coalesce(lag(remaining_after) OVER balance, 0) + told.moved
        THEN 'remaining is not that of the entry before, moved by its allocations'
      WHEN held_after <> coalesce(lag(held_after) OVER balance, 0) + told.held
        THEN 'held is not that of the entry before, moved by its allocations'
      WHEN granted_after <> coalesce(lag(granted_after) OVER balance, 0) + told.granted
        THEN 'granted is not that of the entry before, moved by its allocations'
      WHEN usage_after <> coalesce(lag(usage_after) OVER balance, 0) + told.granted - told.moved - told.held + told.used
        THEN 'usage is not that of the entry before, moved by its allocations'
    END AS problem
    FROM ledger_entry e CROSS JOIN LATERAL (
      SELECT coalesce(sum(a.amount), 0) AS moved, coalesce(sum(a.held), 0) AS held, coalesce(sum(a.granted), 0) AS granted,
        coalesce(sum(a.used), 0) AS used FROM ${ALLOCATIONS}
    ) AS told
    WHERE ${within('customer_id')}
    WINDOW customer AS (PARTITION BY customer_id ORDER BY sequence),
      balance AS (PARTITION BY customer_id, feature_id ORDER BY sequence)
  ) AS entries WHERE problem IS NOT NULL ORDER BY customer_id, sequence`;

/** Accounts: their number is that of their last entry. */
const ACCOUNTS = `
  SELECT customer_id AS "customerId", last::text AS sequence, NULL AS "featureId",
    format('the account says that its last entry is %s', coalesce(a.sequence::text, 'none: there is no account')) AS problem
  FROM (SELECT customer_id, max(sequence) AS last FROM ledger_entry WHERE ${within('customer_id')} GROUP BY 1) AS entries
  FULL JOIN (SELECT customer_id, sequence FROM account WHERE ${within('customer_id')}) AS a USING (customer_id)
  WHERE coalesce(last, 0) IS DISTINCT FROM a.sequence`;

/** Balances: the numbers after their newest entry, and its number as their version. */
const BALANCES = `
  SELECT customer_id AS "customerId", last::text AS sequence, feature_id AS "featureId", CASE
    WHEN b.version IS NULL THEN 'there is no balance of it'
    WHEN last IS NULL THEN 'the balance has no entry'
    WHEN b.version <> last THEN format('the version of the balance is %s', b.version)
    ELSE format('the balance says %s remaining, and its newest entry %s', b.remaining, e.remaining_after) END AS problem
  FROM (SELECT customer_id, feature_id, max(sequence) AS last FROM ledger_entry WHERE ${within('customer_id')} GROUP BY 1, 2) AS newest
  LEFT JOIN LATERAL (SELECT * FROM ledger_entry x WHERE x.customer_id = newest.customer_id AND x.sequence = last) AS e USING (customer_id, feature_id)
  FULL JOIN (SELECT * FROM balance WHERE ${within('customer_id')}) AS b USING (customer_id, feature_id)
  WHERE (b.version, b.granted, b.remaining, b.held, b.usage, b.unlimited, b.next_reset_at, b.next_expiry_at)
    IS DISTINCT FROM (last, e.granted_after, e.remaining_after, e.held_after, e.usage_after, e.unlimited_after,
      e.next_reset_at_after, e.next_expiry_at_after)`;

/** Grants: what the allocations of all entries say of each. What is ended counts what is held. */
const GRANTS = `
  SELECT customer_id AS "customerId", last::text AS sequence, coalesce(g.feature_id, told.feature_id) AS "featureId",
    CASE WHEN g.id IS NULL THEN format('there is no grant %s', id)
      ELSE format('the grant %s is not what its entries say of it', id) END AS problem
  FROM (
    SELECT e.customer_id, a."grant" AS id, max(e.feature_id) AS feature_id, max(e.sequence) AS last, sum(a.amount) AS moved,
      coalesce(sum(a.held), 0) AS held, coalesce(sum(a.granted), 0) AS granted, coalesce(sum(a.used), 0) AS used
    FROM ledger_entry e CROSS JOIN LATERAL ${ALLOCATIONS} WHERE ${within('e.customer_id')} GROUP BY 1, 2
  ) AS told
  FULL JOIN (SELECT * FROM "grant" WHERE ${within('customer_id')}) AS g USING (customer_id, id)
  WHERE (g.remaining, g.held, CASE WHEN g.ended_at IS NULL THEN g.granted ELSE g.held END, g.unlimited_use)
    IS DISTINCT FROM (told.moved, told.held, told.granted, told.used)`;

/** Holds: what grants have on hold is held by open holds. */
const HOLDS = `
  SELECT customer_id AS "customerId", NULL AS sequence, g.feature_id AS "featureId",
    format('the grant %s has %s on hold, and open holds have %s of it', id, coalesce(g.held, 0), coalesce(open.held, 0)) AS problem
  FROM (
    SELECT h.customer_id, portion."grant" AS id, sum(portion.amount) AS held
    FROM hold h CROSS JOIN LATERAL jsonb_to_recordset(h.parts) AS part (portions jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(part.portions) AS portion ("grant" text, amount numeric)
    WHERE ${within('h.customer_id')} AND h.status = 'OPEN' GROUP BY 1, 2
  ) AS open
  FULL JOIN (SELECT customer_id, id, feature_id, held FROM "grant" WHERE held <> 0 AND ${within('customer_id')}) AS g
    USING (customer_id, id)
  WHERE coalesce(g.held, 0) <> coalesce(open.held, 0)`;

/** Hours of use: what the entries say at least. An import adds to them what was used before. */
const HOURS = `
  SELECT customer_id AS "customerId", last::text AS sequence, feature_id AS "featureId",
    format('the hour of %s has %s used, and its entries say %s', hour, coalesce(u.amount, 0), applied) AS problem
  FROM (
    SELECT customer_id, feature_id, date_trunc('hour', occurred_at, 'UTC') AS hour, max(sequence) AS last, sum(applied) AS applied
    FROM ledger_entry WHERE applied IS NOT NULL AND ${within('customer_id')} GROUP BY 1, 2, 3
  ) AS entries
  LEFT JOIN usage_hour u USING (customer_id, feature_id, hour) WHERE coalesce(u.amount, 0) < applied`;

/** Keys: the entries that a key is answered with bear it. */
const KEYS = `
  SELECT c.customer_id AS "customerId", c.last_sequence::text AS sequence, last.feature_id AS "featureId",
    format('the key %s is answered with an entry of another command', c.idempotency_key) AS problem
  FROM command c
  LEFT JOIN ledger_entry first ON first.customer_id = c.customer_id AND first.sequence = c.first_sequence
  LEFT JOIN ledger_entry last ON last.customer_id = c.customer_id AND last.sequence = c.last_sequence
  WHERE ${within('c.customer_id')} AND (first.idempotency_key IS DISTINCT FROM c.idempotency_key
    OR last.idempotency_key IS DISTINCT FROM c.idempotency_key)`;

/** In this order: a fault of an entry explains those of what follows from it. */
export const FINDERS: readonly string[] = [ENTRIES, ACCOUNTS, BALANCES, GRANTS, HOLDS, HOURS, KEYS];

/** How much there is to verify. */
export const TOTALS = 'SELECT count(*)::int AS customers, coalesce(sum(sequence), 0)::float8 AS entries FROM account';

/** The next accounts, with the number of their entries. */
export const NEXT_ACCOUNTS = `SELECT customer_id AS "customerId", sequence::float8 AS entries FROM account
  WHERE customer_id > $1 ORDER BY customer_id LIMIT $2`;

/** Sends one statement. */
export type Ask = <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Reads what is true at one moment. */
export function atOneMoment<Result>(
  { transaction }: Pick<Database, 'transaction'>,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  return transaction(async (open) => {
    await open.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`;
    return work((text, values = []) => open.$queryRawUnsafe(text, ...values));
  });
}
