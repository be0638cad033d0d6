-- Alerts on balances that fall below an amount or a percentage, and which entries triggered them.

CREATE TABLE "balance_alert" (
  "id" TEXT NOT NULL,
  -- null: for every customer.
  "customer_id" TEXT,
  "feature_id" TEXT NOT NULL,
  "below" DECIMAL(38,12),
  "below_percentage" INTEGER,
  -- Alerts are set one at a time, so that those with a higher position were committed later.
  "position" BIGSERIAL NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "balance_alert_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "balance_alert_one_limit" CHECK (num_nonnulls("below", "below_percentage") = 1)
);
CREATE UNIQUE INDEX "balance_alert_position_key" ON "balance_alert" ("position");
CREATE INDEX "balance_alert_customer_id_feature_id_idx" ON "balance_alert" ("customer_id", "feature_id");

CREATE TABLE "alert_trigger" (
  "customer_id" TEXT NOT NULL,
  "sequence" BIGINT NOT NULL,
  "alert_id" TEXT NOT NULL,
  CONSTRAINT "alert_trigger_pkey" PRIMARY KEY ("customer_id", "sequence", "alert_id")
);
