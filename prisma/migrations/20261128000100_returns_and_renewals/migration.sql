-- Which payment paid for a grant and for which period, what of it was never used, and what returns of payments take back.

ALTER TABLE "grant"
  ADD COLUMN "payment_id" TEXT,
  ADD COLUMN "period_start" TIMESTAMPTZ(3),
  ADD COLUMN "period_end" TIMESTAMPTZ(3),
  ADD COLUMN "resets_until" TIMESTAMPTZ(3),
  ADD COLUMN "lapsed" DECIMAL(38,12) NOT NULL DEFAULT 0,
  ADD COLUMN "unlimited_taken" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "ledger_entry"
  ADD COLUMN "payment_id" TEXT,
  ADD COLUMN "refund_id" TEXT,
  ADD COLUMN "dispute_id" TEXT;

-- The balances that were frozen by a returned payment and are still below zero; null: none.
ALTER TABLE "account" ADD COLUMN "frozen" TEXT[];

-- Few grants and entries have a payment, so these cost the others nothing.
CREATE INDEX "grant_payment" ON "grant" ("payment_id") WHERE "payment_id" IS NOT NULL;
CREATE INDEX "ledger_entry_payment" ON "ledger_entry" ("payment_id", "sequence") WHERE "payment_id" IS NOT NULL;
