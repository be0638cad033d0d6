/**
 * What of a customer stands where, and what becomes of it. A table that is added later must be
 * added here: test/erasure asks the database for all columns, and fails for one that it cannot
 * find here or among those that hold nothing of a customer.
 *
 * In conditions and values, $1 is the customer's id and $2 the random one that takes its place.
 */

export interface Part {
  readonly table: string;
  /** With the customer's id the key of a row: columns and their types, in the order of an index. */
  readonly key: Readonly<Record<string, string>>;
  /** Which rows are the customer's. Left out: those with the id in customer_id. */
  readonly of?: string;
  /** What becomes of their columns; `delete`: the rows are deleted. */
  readonly becomes: Readonly<Record<string, string>> | 'delete';
}

const CUSTOMER_ID = { customer_id: '$2' };
const NOTHING = 'NULL';
const OF_PAYMENTS = "payment_id IN (SELECT id FROM payment WHERE customer_id = $2) AND $1 <> ''";

/** The API of autumn-js makes the ids of holds from those of its callers. */
const withoutLockId = (column: string) =>
  `CASE WHEN ${column} LIKE 'lock\\_%' THEN 'lock_' || encode(sha256(convert_to($2 || ${column}, 'UTF8')), 'hex') ELSE ${column} END`;

/** The two rows that make a customer. */
export const SELF: readonly Part[] = [
  {
    table: 'customer',
    key: { id: 'text' },
    of: 'id = $1',
    becomes: { id: '$2', name: NOTHING, email: NOTHING, metadata: "'{}'", erased_at: 'webhook_now()' },
  },
  // Time does nothing any more: no period begins for somebody who is gone.
  { table: 'account', key: { customer_id: 'text' }, becomes: { ...CUSTOMER_ID, next_due_at: NOTHING } },
];

/**
 * In this order: what holds the rows before may still write rows that come later. Events, queues
 * and deliveries are in the order in which they are locked elsewhere.
 */
export const WHOLE: readonly Part[] = [
  { table: 'balance', key: { feature_id: 'text' }, becomes: CUSTOMER_ID },
  { table: '"grant"', key: { id: 'text' }, becomes: CUSTOMER_ID },
  { table: 'usage_hour', key: { feature_id: 'text', hour: 'timestamptz' }, becomes: CUSTOMER_ID },
  // What was set for the customer goes with it. Attempts are purchases, which stay.
  { table: 'auto_top_up', key: { feature_id: 'text' }, becomes: 'delete' },
  { table: 'auto_top_up_intent', key: { id: 'text' }, becomes: 'delete' },
  { table: 'balance_alert', key: { id: 'text' }, becomes: 'delete' },
  { table: 'alert_trigger', key: { sequence: 'int8', alert_id: 'text' }, becomes: CUSTOMER_ID },
  {
    table: 'purchase',
    key: { created_at: 'timestamptz', id: 'text' },
    becomes: {
      ...CUSTOMER_ID,
      ...{ checkout: NOTHING, checkout_url: NOTHING, success_url: NOTHING, failure_reason: NOTHING },
      ...{ terms: NOTHING, idempotency_key: NOTHING, fingerprint: NOTHING },
    },
  },
  {
    table: 'payment',
    key: { created_at: 'timestamptz', id: 'text' },
    becomes: {
      ...CUSTOMER_ID,
      ...{ failure_reason: NOTHING, receipt_url: NOTHING, invoice_url: NOTHING, request: NOTHING, fraud_warning: NOTHING },
    },
  },
  {
    table: 'refund',
    key: { id: 'text' },
    of: OF_PAYMENTS,
    becomes: { reason: NOTHING, failure_reason: NOTHING, idempotency_key: NOTHING, fingerprint: NOTHING },
  },
  { table: 'dispute', key: { id: 'text' }, of: OF_PAYMENTS, becomes: { reason: NOTHING } },
  {
    table: 'payer',
    key: { account: 'text', live: 'bool' },
    becomes: {
      ...CUSTOMER_ID,
      ...{ name: NOTHING, email: NOTHING, erase: 'true', tell_at: 'now()', tries: '0' },
      ...{ method_id: NOTHING, method_type: NOTHING, method_brand: NOTHING, method_last4: NOTHING, method_fingerprint: NOTHING },
      ...{ method_expires_month: NOTHING, method_expires_year: NOTHING },
    },
  },
  { table: 'payment_customer', key: { customer_id: 'text' }, becomes: 'delete' },
  { table: 'webhook_event', key: { position: 'int8' }, becomes: 'delete' },
  { table: 'webhook_queue', key: { endpoint_id: 'text' }, of: 'queue = $1', becomes: 'delete' },
  { table: 'webhook_delivery', key: { position: 'int8' }, becomes: 'delete' },
  { table: 'token_revocation', key: { customer_id: 'text' }, becomes: 'delete' },
  { table: 'audit_entry', key: { position: 'int8' }, becomes: { ...CUSTOMER_ID, reason: NOTHING } },
];

/** A customer may have millions of these, so they follow in batches. */
export const IN_BATCHES: readonly Part[] = [
  {
    table: 'ledger_entry',
    key: { sequence: 'int8' },
    becomes: {
      ...CUSTOMER_ID,
      ...{ idempotency_key: NOTHING, properties: NOTHING, reason: NOTHING, hold_id: withoutLockId('hold_id') },
    },
  },
  { table: 'hold', key: { id: 'text' }, becomes: { ...CUSTOMER_ID, id: withoutLockId('id') } },
  { table: 'command', key: { idempotency_key: 'text' }, becomes: 'delete' },
];
