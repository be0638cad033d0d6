-- Time, holds, credit systems and corrections.

-- CreateEnum
CREATE TYPE "HoldStatus" AS ENUM ('OPEN', 'SETTLED', 'RELEASED', 'EXPIRED');

-- AlterTable
ALTER TABLE "feature" ADD COLUMN     "credit_costs" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "grant" ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "ended_sequence" BIGINT,
ADD COLUMN     "lowered" DECIMAL(38,12) NOT NULL DEFAULT 0,
ADD COLUMN     "rollover" JSONB;

-- AlterTable
ALTER TABLE "ledger_entry" ADD COLUMN     "applied" DECIMAL(38,12),
ADD COLUMN     "cause" BIGINT,
ADD COLUMN     "cost" DECIMAL(38,12),
ADD COLUMN     "hold_id" TEXT,
ADD COLUMN     "units" DECIMAL(38,12);

-- AlterTable
ALTER TABLE "purchase" ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "ends_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "hold" (
    "customer_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "feature_id" TEXT NOT NULL,
    "amount" DECIMAL(38,12) NOT NULL,
    "status" "HoldStatus" NOT NULL,
    "settled_amount" DECIMAL(38,12),
    "parts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "hold_pkey" PRIMARY KEY ("customer_id","id")
);

-- CreateTable
CREATE TABLE "usage_hour" (
    "customer_id" TEXT NOT NULL,
    "feature_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "amount" DECIMAL(38,12) NOT NULL,

    CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("customer_id","feature_id","hour")
);

-- CreateTable
CREATE TABLE "test_clock" (
    "id" INTEGER NOT NULL,
    "offset_ms" BIGINT NOT NULL,

    CONSTRAINT "test_clock_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "grant_id_idx" ON "grant"("id");

-- CreateIndex
CREATE INDEX "hold_id_idx" ON "hold"("id");

-- What follows is what schema.prisma cannot say.

-- There is one clock.
ALTER TABLE "test_clock" ADD CONSTRAINT "test_clock_one" CHECK ("id" = 1);
INSERT INTO "test_clock" VALUES (1, 0);

-- What is reserved is above zero, and only an open hold has no end.
ALTER TABLE "hold"
  ADD CONSTRAINT "hold_amount_positive" CHECK ("amount" > 0),
  ADD CONSTRAINT "hold_end" CHECK (("status" = 'OPEN') = ("ended_at" IS NULL)),
  ADD CONSTRAINT "hold_settled_amount" CHECK (("status" = 'SETTLED') = ("settled_amount" IS NOT NULL));

-- A grant that has ended gives nothing more.
ALTER TABLE "grant" ADD CONSTRAINT "grant_ended_is_empty" CHECK ("ended_at" IS NULL OR "remaining" = 0);

-- What time will change: a customer's grants that reset or expire.
CREATE INDEX "grant_timed" ON "grant" ("customer_id")
  WHERE "ended_at" IS NULL AND ("next_reset_at" IS NOT NULL OR "expires_at" IS NOT NULL);

-- The scheduler takes those that are due, the longest overdue first.
DROP INDEX "account_next_due";
CREATE INDEX "account_next_due" ON "account" ("next_due_at", "customer_id") WHERE "next_due_at" IS NOT NULL;

-- The holds that lapse by themselves.
CREATE INDEX "hold_open" ON "hold" ("customer_id", "expires_at") WHERE "status" = 'OPEN';

-- From an entry to those that belong to it: what paid for a use, and what gave it back.
CREATE INDEX "ledger_entry_cause" ON "ledger_entry" ("customer_id", "cause") WHERE "cause" IS NOT NULL;

-- The purchases that end at the end of their period.
CREATE INDEX "purchase_ends" ON "purchase" ("ends_at") WHERE "status" = 'ACTIVE' AND "ends_at" IS NOT NULL;

-- What was used before this table was: the sum of an hour's uses.
INSERT INTO "usage_hour"
SELECT "customer_id", "feature_id", date_trunc('hour', "occurred_at", 'UTC'),
  sum(-"amount" + coalesce((SELECT sum((part->>'used')::numeric) FROM jsonb_array_elements("allocations") AS part), 0))
FROM "ledger_entry" WHERE "kind" = 'USAGE'
GROUP BY 1, 2, 3;
