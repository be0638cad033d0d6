-- Payments, what was returned of them, and what a recurring purchase knows of its periods.

CREATE TYPE "PaymentSource" AS ENUM ('CHECKOUT', 'SAVED_METHOD', 'INVOICE');
CREATE TYPE "PaymentStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');
CREATE TYPE "RefundStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');
CREATE TYPE "DisputeStatus" AS ENUM ('OPEN', 'WON', 'LOST');

ALTER TABLE "purchase"
  ADD COLUMN "charged" DECIMAL(38,12),
  ADD COLUMN "subscription_id" TEXT,
  ADD COLUMN "current_period_start" TIMESTAMPTZ(3),
  ADD COLUMN "current_period_end" TIMESTAMPTZ(3),
  ADD COLUMN "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "past_due_since" TIMESTAMPTZ(3),
  ADD COLUMN "grace_ends_at" TIMESTAMPTZ(3);

-- One attempt or success of money moving for one purchase.
CREATE TABLE "payment" (
  "id" TEXT NOT NULL,
  "purchase_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "source" "PaymentSource" NOT NULL,
  "attempt" INTEGER NOT NULL DEFAULT 1,
  "status" "PaymentStatus" NOT NULL,
  "amount" DECIMAL(38,12) NOT NULL,
  "currency" TEXT NOT NULL,
  "failure_code" TEXT,
  "failure_reason" TEXT,
  "charge_id" TEXT,
  "invoice_id" TEXT,
  "receipt_url" TEXT,
  "invoice_url" TEXT,
  "fraud_warning" TEXT,
  "period_start" TIMESTAMPTZ(3),
  "period_end" TIMESTAMPTZ(3),
  "payment_account" TEXT,
  "payment_live" BOOLEAN,
  "revision" INTEGER NOT NULL DEFAULT 1,
  "next_check_at" TIMESTAMPTZ(3),
  "checks" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "settled_at" TIMESTAMPTZ(3),
  CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "payment_charge_id_key" ON "payment" ("charge_id");
CREATE UNIQUE INDEX "payment_invoice_id_key" ON "payment" ("invoice_id");
CREATE INDEX "payment_purchase_id_created_at_idx" ON "payment" ("purchase_id", "created_at");
CREATE INDEX "payment_customer_id_created_at_id_idx" ON "payment" ("customer_id", "created_at", "id");
ALTER TABLE "payment" ADD CONSTRAINT "payment_amount_not_negative" CHECK ("amount" >= 0);
-- The reconciler looks for the payments about which it is time to ask.
CREATE INDEX "payment_next_check" ON "payment" ("next_check_at") WHERE "next_check_at" IS NOT NULL;

-- Money given back. Recorded before the provider is asked, or as the provider has it.
CREATE TABLE "refund" (
  "id" TEXT NOT NULL,
  "payment_id" TEXT NOT NULL,
  "provider_id" TEXT,
  "status" "RefundStatus" NOT NULL,
  "amount" DECIMAL(38,12) NOT NULL,
  "currency" TEXT NOT NULL,
  "reason" TEXT,
  "failure_reason" TEXT,
  "idempotency_key" TEXT,
  "fingerprint" TEXT,
  "next_check_at" TIMESTAMPTZ(3),
  "checks" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "refund_provider_id_key" ON "refund" ("provider_id");
CREATE INDEX "refund_payment_id_created_at_idx" ON "refund" ("payment_id", "created_at");
ALTER TABLE "refund" ADD CONSTRAINT "refund_amount_positive" CHECK ("amount" > 0);
CREATE INDEX "refund_next_check" ON "refund" ("next_check_at") WHERE "next_check_at" IS NOT NULL;

-- What a bank asks about a payment. "withdrawn" is the money that it holds of it now.
CREATE TABLE "dispute" (
  "id" TEXT NOT NULL,
  "payment_id" TEXT NOT NULL,
  "provider_id" TEXT NOT NULL,
  "status" "DisputeStatus" NOT NULL,
  "amount" DECIMAL(38,12) NOT NULL,
  "withdrawn" DECIMAL(38,12) NOT NULL DEFAULT 0,
  "currency" TEXT NOT NULL,
  "reason" TEXT,
  "next_check_at" TIMESTAMPTZ(3),
  "checks" INTEGER NOT NULL DEFAULT 0,
  "opened_at" TIMESTAMPTZ(3) NOT NULL,
  "closed_at" TIMESTAMPTZ(3),
  CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "dispute_provider_id_key" ON "dispute" ("provider_id");
CREATE INDEX "dispute_payment_id_opened_at_idx" ON "dispute" ("payment_id", "opened_at");
CREATE INDEX "dispute_next_check" ON "dispute" ("next_check_at") WHERE "next_check_at" IS NOT NULL;

-- The saved payment method of a customer, as the provider describes it.
ALTER TABLE "payer"
  ADD COLUMN "method_id" TEXT,
  ADD COLUMN "method_type" TEXT,
  ADD COLUMN "method_brand" TEXT,
  ADD COLUMN "method_last4" TEXT,
  ADD COLUMN "method_expires_month" INTEGER,
  ADD COLUMN "method_expires_year" INTEGER,
  ADD COLUMN "method_fingerprint" TEXT,
  ADD COLUMN "method_failed" BOOLEAN NOT NULL DEFAULT false;

-- A webhook names the provider's customer.
CREATE INDEX "payer_provider_id_idx" ON "payer" ("provider_id");

-- A customer whose renewal is not paid yet still has its base plan.
DROP INDEX "purchase_one_active_base_plan";
CREATE UNIQUE INDEX "purchase_one_active_base_plan" ON "purchase" ("customer_id", "base_group")
  WHERE "status" IN ('ACTIVE', 'PAST_DUE') AND "base_group" IS NOT NULL;

-- A subscription is that of one purchase at a time; a change of plan hands it on.
CREATE INDEX "purchase_subscription_id_idx" ON "purchase" ("subscription_id");
CREATE UNIQUE INDEX "purchase_one_of_a_subscription" ON "purchase" ("subscription_id")
  WHERE "status" IN ('ACTIVE', 'PAST_DUE') AND "subscription_id" IS NOT NULL;

-- What subscribers see of a purchase is a revision: its status, its periods and its money.
DROP TRIGGER "purchase_raise_revision" ON "purchase";
CREATE TRIGGER "purchase_raise_revision"
  BEFORE UPDATE ON "purchase"
  FOR EACH ROW WHEN (
    OLD."status" IS DISTINCT FROM NEW."status"
    OR OLD."charged" IS DISTINCT FROM NEW."charged"
    OR OLD."current_period_end" IS DISTINCT FROM NEW."current_period_end"
    OR OLD."cancel_at_period_end" IS DISTINCT FROM NEW."cancel_at_period_end"
    OR (OLD."failure_reason" IS DISTINCT FROM NEW."failure_reason" AND NEW."status" IN ('PENDING', 'ACTIVE', 'PAST_DUE'))
  ) EXECUTE FUNCTION "purchase_raise_revision"();

DROP TRIGGER "purchase_notify" ON "purchase";
CREATE TRIGGER "purchase_notify"
  AFTER INSERT ON "purchase"
  FOR EACH ROW EXECUTE FUNCTION "purchase_notify"();
CREATE TRIGGER "purchase_notify_change"
  AFTER UPDATE ON "purchase"
  FOR EACH ROW WHEN (OLD."revision" IS DISTINCT FROM NEW."revision") EXECUTE FUNCTION "purchase_notify"();

-- A change of a payment, a refund or a dispute is a revision of the payment and of its purchase.
CREATE FUNCTION "payment_raise_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END
$$;
CREATE TRIGGER "payment_raise_revision"
  BEFORE UPDATE ON "payment"
  FOR EACH ROW WHEN (
    (OLD."status", OLD."amount", OLD."receipt_url", OLD."invoice_url", OLD."fraud_warning", OLD."failure_reason", OLD."revision")
    IS DISTINCT FROM
    (NEW."status", NEW."amount", NEW."receipt_url", NEW."invoice_url", NEW."fraud_warning", NEW."failure_reason", NEW."revision")
  ) EXECUTE FUNCTION "payment_raise_revision"();

CREATE FUNCTION "payment_tell_purchase"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE purchase SET revision = revision + 1 WHERE id = NEW.purchase_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "payment_tell_purchase"
  AFTER UPDATE ON "payment"
  FOR EACH ROW WHEN (OLD."revision" IS DISTINCT FROM NEW."revision") EXECUTE FUNCTION "payment_tell_purchase"();

CREATE FUNCTION "return_tell_payment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payment SET revision = revision + 1 WHERE id = NEW.payment_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "refund_tell_payment"
  AFTER INSERT OR UPDATE OF "status", "amount", "failure_reason" ON "refund"
  FOR EACH ROW EXECUTE FUNCTION "return_tell_payment"();
CREATE TRIGGER "dispute_tell_payment"
  AFTER INSERT OR UPDATE OF "status", "amount", "withdrawn" ON "dispute"
  FOR EACH ROW EXECUTE FUNCTION "return_tell_payment"();
