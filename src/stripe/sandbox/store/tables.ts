/**
 * The sandbox's tables, in a schema of their own. The sandbox makes them when it opens, and no
 * migration does: a production database never has them.
 */
export const SANDBOX_TABLES: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS stripe_sandbox',
  // Stripe objects by kind. `expires_at` is when something happens to the object by itself: a
  // checkout expires, a subscription renews, an invoice is charged.
  `CREATE TABLE IF NOT EXISTS stripe_sandbox.object (
    id text PRIMARY KEY,
    kind text NOT NULL,
    body jsonb NOT NULL,
    expires_at timestamptz(3)
  )`,
  // The order in which objects were made, which lists follow.
  'ALTER TABLE stripe_sandbox.object ADD COLUMN IF NOT EXISTS sequence bigint GENERATED ALWAYS AS IDENTITY',
  `CREATE INDEX IF NOT EXISTS object_expires_at ON stripe_sandbox.object (expires_at) WHERE expires_at IS NOT NULL`,
  // Finds the objects with a field of a value, such as those of a customer, of whatever kind.
  'CREATE INDEX IF NOT EXISTS object_body ON stripe_sandbox.object USING gin (body jsonb_path_ops)',
  'DROP INDEX IF EXISTS stripe_sandbox.object_intent',
  'DROP INDEX IF EXISTS stripe_sandbox.object_customer',
  // Earlier versions kept the payment intent in its checkout's row.
  `INSERT INTO stripe_sandbox.object (id, kind, body)
    SELECT body #>> '{intent,id}', 'payment_intent', body -> 'intent' FROM stripe_sandbox.object
    WHERE kind = 'checkout' AND jsonb_typeof(body -> 'intent') = 'object'
    ON CONFLICT DO NOTHING`,
  `UPDATE stripe_sandbox.object SET body = body - 'intent' WHERE kind = 'checkout' AND body ? 'intent'`,
  // An event and its delivery. `next_attempt_at` is null once it was delivered or given up.
  `CREATE TABLE IF NOT EXISTS stripe_sandbox.event (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    type text NOT NULL,
    object_id text NOT NULL,
    payload text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz(3),
    delivered_at timestamptz(3),
    failure text
  )`,
  `CREATE INDEX IF NOT EXISTS event_next_attempt_at ON stripe_sandbox.event (next_attempt_at) WHERE next_attempt_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS event_sequence ON stripe_sandbox.event (sequence)`,
  `CREATE TABLE IF NOT EXISTS stripe_sandbox.idempotency_key (
    key text PRIMARY KEY,
    fingerprint text NOT NULL,
    answer text,
    created_at timestamptz(3) NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS stripe_sandbox.ordered_decline (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body jsonb NOT NULL,
    customer text
  )`,
  // An error is kept as an answer, too, so the status is stored.
  'ALTER TABLE stripe_sandbox.idempotency_key ADD COLUMN IF NOT EXISTS status integer NOT NULL DEFAULT 200',
];

/** Locked while the tables are made, so that two processes can open at once. */
export const SANDBOX_LOCK = 72_104_550;
