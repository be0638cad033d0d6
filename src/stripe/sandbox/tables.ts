/**
 * The sandbox's tables, in a schema of their own. The sandbox makes them when it opens, and no
 * migration does: a production database never has them.
 */
export const SANDBOX_TABLES: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS stripe_sandbox',
  // Stripe objects by kind. `expires_at` is set while a checkout is open.
  `CREATE TABLE IF NOT EXISTS stripe_sandbox.object (
    id text PRIMARY KEY,
    kind text NOT NULL,
    body jsonb NOT NULL,
    expires_at timestamptz(3)
  )`,
  `CREATE INDEX IF NOT EXISTS object_expires_at ON stripe_sandbox.object (expires_at) WHERE expires_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS object_intent ON stripe_sandbox.object ((body #>> '{intent,id}')) WHERE kind = 'checkout'`,
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
  // An error is kept as an answer, too, so the status is stored.
  'ALTER TABLE stripe_sandbox.idempotency_key ADD COLUMN IF NOT EXISTS status integer NOT NULL DEFAULT 200',
  `CREATE INDEX IF NOT EXISTS object_customer ON stripe_sandbox.object ((body #>> '{session,customer}')) WHERE kind = 'checkout'`,
];

/** Locked while the tables are made, so that two processes can open at once. */
export const SANDBOX_LOCK = 72_104_550;
