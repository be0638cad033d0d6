-- The tables of schema.prisma.

-- CreateEnum
CREATE TYPE "FeatureType" AS ENUM ('METERED', 'BOOLEAN', 'CREDIT_SYSTEM');

-- CreateEnum
CREATE TYPE "LedgerEntryKind" AS ENUM ('GRANT', 'USAGE', 'REVERSAL', 'RESET', 'EXPIRY', 'ROLLOVER', 'ADJUSTMENT', 'HOLD', 'SETTLE', 'RELEASE', 'VOID', 'CLAWBACK', 'REINSTATEMENT');

-- CreateEnum
CREATE TYPE "IntervalUnit" AS ENUM ('MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'SEMI_ANNUAL', 'YEAR');

-- CreateEnum
CREATE TYPE "GrantOrigin" AS ENUM ('INCLUDED', 'BOUGHT', 'MANUAL', 'ROLLED_OVER', 'OVERDRAFT');

-- CreateEnum
CREATE TYPE "PurchaseStatus" AS ENUM ('PENDING', 'ACTIVE', 'FAILED', 'EXPIRED', 'CANCELED', 'REFUNDED');

-- CreateTable
CREATE TABLE "feature" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" "FeatureType" NOT NULL,
    "consumable" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "feature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "group" TEXT,
    "add_on" BOOLEAN NOT NULL,
    "auto_enable" BOOLEAN NOT NULL,
    "terms" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id","version")
);

-- CreateTable
CREATE TABLE "customer" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "customer_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "next_due_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "customer_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "feature_id" TEXT NOT NULL,
    "kind" "LedgerEntryKind" NOT NULL,
    "amount" DECIMAL(38,12) NOT NULL,
    "requested" DECIMAL(38,12),
    "allocations" JSONB NOT NULL,
    "granted_after" DECIMAL(38,12) NOT NULL,
    "remaining_after" DECIMAL(38,12) NOT NULL,
    "held_after" DECIMAL(38,12) NOT NULL,
    "usage_after" DECIMAL(38,12) NOT NULL,
    "unlimited_after" BOOLEAN NOT NULL,
    "next_reset_at_after" TIMESTAMPTZ(3),
    "next_expiry_at_after" TIMESTAMPTZ(3),
    "idempotency_key" TEXT,
    "properties" JSONB,
    "reason" TEXT,
    "purchase_id" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("customer_id","sequence")
);

-- CreateTable
CREATE TABLE "balance" (
    "customer_id" TEXT NOT NULL,
    "feature_id" TEXT NOT NULL,
    "granted" DECIMAL(38,12) NOT NULL,
    "remaining" DECIMAL(38,12) NOT NULL,
    "held" DECIMAL(38,12) NOT NULL,
    "usage" DECIMAL(38,12) NOT NULL,
    "unlimited" BOOLEAN NOT NULL,
    "next_reset_at" TIMESTAMPTZ(3),
    "next_expiry_at" TIMESTAMPTZ(3),
    "version" BIGINT NOT NULL,

    CONSTRAINT "balance_pkey" PRIMARY KEY ("customer_id","feature_id")
);

-- CreateTable
CREATE TABLE "grant" (
    "customer_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "feature_id" TEXT NOT NULL,
    "origin" "GrantOrigin" NOT NULL,
    "purchase_id" TEXT,
    "granted" DECIMAL(38,12) NOT NULL,
    "remaining" DECIMAL(38,12) NOT NULL,
    "held" DECIMAL(38,12) NOT NULL,
    "unlimited" BOOLEAN NOT NULL,
    "unlimited_use" DECIMAL(38,12) NOT NULL,
    "reset_unit" "IntervalUnit",
    "reset_count" INTEGER,
    "next_reset_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sequence" BIGINT NOT NULL,
    "open" BOOLEAN NOT NULL,

    CONSTRAINT "grant_pkey" PRIMARY KEY ("customer_id","id")
);

-- CreateTable
CREATE TABLE "command" (
    "customer_id" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "first_sequence" BIGINT NOT NULL,
    "last_sequence" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "command_pkey" PRIMARY KEY ("customer_id","idempotency_key")
);

-- CreateTable
CREATE TABLE "purchase" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "plan_version" INTEGER NOT NULL,
    "status" "PurchaseStatus" NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "base_group" TEXT,
    "self_served" BOOLEAN NOT NULL DEFAULT false,
    "quantities" JSONB NOT NULL,
    "total" DECIMAL(38,12),
    "currency" TEXT,
    "checkout" JSONB,
    "checkout_id" TEXT,
    "checkout_url" TEXT,
    "processing" BOOLEAN NOT NULL DEFAULT false,
    "success_url" TEXT,
    "terms" TEXT,
    "idempotency_key" TEXT,
    "fingerprint" TEXT,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "purchase_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_customer" (
    "customer_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,

    CONSTRAINT "payment_customer_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "payment_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "object_id" TEXT,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "handled_at" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "payment_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "customer_created_at_id_idx" ON "customer"("created_at", "id");

-- CreateIndex
CREATE INDEX "ledger_entry_customer_id_feature_id_sequence_idx" ON "ledger_entry"("customer_id", "feature_id", "sequence");

-- CreateIndex
CREATE INDEX "grant_customer_id_purchase_id_idx" ON "grant"("customer_id", "purchase_id");

-- CreateIndex
CREATE INDEX "purchase_customer_id_created_at_id_idx" ON "purchase"("customer_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "purchase_checkout_id_idx" ON "purchase"("checkout_id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_customer_id_idempotency_key_key" ON "purchase"("customer_id", "idempotency_key");

-- What follows is what schema.prisma cannot say.

-- The history of money is only added to: what was wrong is corrected by a further entry.
CREATE FUNCTION "ledger_entry_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger_entry is append-only: % is refused', TG_OP
    USING ERRCODE = 'restrict_violation', HINT = 'Post an entry that corrects it.';
END
$$;

-- Per statement, because TRUNCATE knows no rows and because no row may pass anyway.
CREATE TRIGGER "ledger_entry_append_only"
  BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "ledger_entry_refuse_change"();

-- Tells every listener how far each customer's ledger has come, as lines of "customer_id sequence", whoever wrote the
-- entries; payloads are cut by a running sum of bytes, since PostgreSQL refuses one of 8000 bytes or more, and 5000
-- leaves room for the longest id that its primary key can hold.
CREATE FUNCTION "ledger_entry_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('brim_entries', string_agg(line, E'\n' ORDER BY line_end))
  FROM (
    SELECT line, sum(octet_length(line) + 1) OVER (ORDER BY customer_id) AS line_end
    FROM (
      SELECT customer_id, customer_id || ' ' || max(sequence) AS line FROM inserted GROUP BY customer_id
    ) AS advanced
  ) AS measured
  GROUP BY line_end / 5000;
  RETURN NULL;
END
$$;

-- Inside the writer's transaction, so that an entry which is there was announced and one which is not never was.
CREATE TRIGGER "ledger_entry_notify"
  AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION "ledger_entry_notify"();

-- The revision orders what subscribers are told of a purchase, so no writer can forget to raise it.
CREATE FUNCTION "purchase_raise_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END
$$;

-- Only a change of status is a new revision.
CREATE TRIGGER "purchase_raise_revision"
  BEFORE UPDATE ON "purchase"
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "purchase_raise_revision"();

-- Tells every listener of a purchase's newest revision, as "id revision".
CREATE FUNCTION "purchase_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('brim_purchases', NEW.id || ' ' || NEW.revision);
  RETURN NULL;
END
$$;

-- After the row stands, so that the revision told is the one stored.
CREATE TRIGGER "purchase_notify"
  AFTER INSERT OR UPDATE OF "status" ON "purchase"
  FOR EACH ROW EXECUTE FUNCTION "purchase_notify"();

-- Entries are numbered 1, 2, 3 … per customer.
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_sequence_positive" CHECK ("sequence" > 0);

-- An account without entries stands at 0.
ALTER TABLE "account" ADD CONSTRAINT "account_sequence_not_negative" CHECK ("sequence" >= 0);

-- Nothing is spent twice: only an overdraft goes below zero, and what is held is there.
ALTER TABLE "grant"
  ADD CONSTRAINT "grant_remaining_not_negative" CHECK ("remaining" >= 0 OR "origin" = 'OVERDRAFT'),
  ADD CONSTRAINT "grant_granted_not_negative" CHECK ("granted" >= 0 OR "origin" = 'OVERDRAFT'),
  ADD CONSTRAINT "grant_held_not_negative" CHECK ("held" >= 0);

-- Half an interval would be read as none.
ALTER TABLE "grant"
  ADD CONSTRAINT "grant_reset_interval_whole" CHECK (("reset_unit" IS NULL) = ("reset_count" IS NULL));

-- An amount of money without its currency means nothing.
ALTER TABLE "purchase"
  ADD CONSTRAINT "purchase_money_whole" CHECK (("total" IS NULL) = ("currency" IS NULL));

-- The writer loads the open grants only, so that a thousand used-up ones cost nothing.
CREATE INDEX "grant_open" ON "grant" ("customer_id", "feature_id") WHERE "open";

-- The scheduler looks for the nearest instant at which something is due.
CREATE INDEX "account_next_due" ON "account" ("next_due_at") WHERE "next_due_at" IS NOT NULL;

-- Two clicks that race get one checkout. One whose delayed payment is on its way no longer counts: its page is closed.
CREATE UNIQUE INDEX "purchase_one_pending_checkout" ON "purchase" ("customer_id", "plan_id")
  WHERE "status" = 'PENDING' AND NOT "processing";

-- A customer has at most one base plan per group.
CREATE UNIQUE INDEX "purchase_one_active_base_plan" ON "purchase" ("customer_id", "base_group")
  WHERE "status" = 'ACTIVE' AND "base_group" IS NOT NULL;

-- A customer token takes a plan that costs nothing once, ever.
CREATE UNIQUE INDEX "purchase_self_served_once" ON "purchase" ("customer_id", "plan_id") WHERE "self_served";

-- The reconciler looks for the pending purchases about which it is time to ask.
CREATE INDEX "purchase_next_check" ON "purchase" ("next_check_at") WHERE "status" = 'PENDING';
