-- Auto top-up: what each customer set, and the attempts to charge that followed from it.
-- Rows are locked in this order: account, auto_top_up, auto_top_up_intent.

ALTER TABLE "purchase" ADD COLUMN "automatic" BOOLEAN NOT NULL DEFAULT false;

CREATE TYPE "AutoTopUpSuspension" AS ENUM ('DECLINED', 'AUTHENTICATION', 'REFUSED', 'DISPUTED');
CREATE TYPE "AutoTopUpIntentStatus" AS ENUM ('OPEN', 'SUCCEEDED', 'FAILED');

CREATE TABLE "auto_top_up" (
  "customer_id" TEXT NOT NULL,
  "feature_id" TEXT NOT NULL,
  "plan_id" TEXT NOT NULL,
  "threshold" DECIMAL(38,12) NOT NULL,
  "quantity" DECIMAL(38,12) NOT NULL,
  "max_per_month" DECIMAL(38,12) NOT NULL,
  "currency" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL,
  "declines" INTEGER NOT NULL DEFAULT 0,
  "suspended" "AutoTopUpSuspension",
  "failure_reason" TEXT,
  "purchase_id" TEXT,
  "last_attempt_at" TIMESTAMPTZ(3),
  CONSTRAINT "auto_top_up_pkey" PRIMARY KEY ("customer_id", "feature_id")
);

CREATE TABLE "auto_top_up_intent" (
  "id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "feature_id" TEXT NOT NULL,
  "sequence" BIGINT,
  "status" "AutoTopUpIntentStatus" NOT NULL DEFAULT 'OPEN',
  "due_at" TIMESTAMPTZ(3) NOT NULL,
  "leased_until" TIMESTAMPTZ(3),
  "begun_at" TIMESTAMPTZ(3),
  "plan_id" TEXT,
  "quantity" DECIMAL(38,12),
  "total" DECIMAL(38,12),
  "currency" TEXT,
  "purchase_id" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3),
  CONSTRAINT "auto_top_up_intent_pkey" PRIMARY KEY ("id")
);
-- One charge at a time.
CREATE UNIQUE INDEX "auto_top_up_intent_open" ON "auto_top_up_intent" ("customer_id", "feature_id") WHERE "status" = 'OPEN';
CREATE INDEX "auto_top_up_intent_due" ON "auto_top_up_intent" (greatest("due_at", "leased_until")) WHERE "status" = 'OPEN';
CREATE INDEX "auto_top_up_intent_begun" ON "auto_top_up_intent" ("customer_id", "feature_id", "begun_at") WHERE "begun_at" IS NOT NULL;
CREATE INDEX "auto_top_up_intent_purchase_id_idx" ON "auto_top_up_intent" ("purchase_id");

-- Which of the balances that entries left call for a top-up. VOLATILE, so that it sees what was committed before the accounts
-- were locked, and not only what was before the statement began.
CREATE FUNCTION "auto_top_up_due"("customers" text[], "features" text[], "amounts" numeric[], "sequences" bigint[], "instants" timestamptz[])
RETURNS TABLE ("customer" text, "feature" text, "entry" bigint, "recorded_at" timestamptz) LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  RETURN QUERY SELECT l.customer_id, l.feature_id, l.sequence, l.at
    FROM unnest("customers", "features", "amounts", "sequences", "instants") AS l (customer_id, feature_id, remaining, sequence, at)
    JOIN auto_top_up t ON t.customer_id = l.customer_id AND t.feature_id = l.feature_id
    WHERE t.enabled AND t.suspended IS NULL AND l.remaining <= t.threshold;
END
$$;

-- Lets the balance be looked at now: by a new intent, or by the one that waits.
CREATE FUNCTION "auto_top_up_look"("customer" text, "feature" text, "at" timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO auto_top_up_intent AS i (id, customer_id, feature_id, due_at, created_at)
  VALUES ('ati_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, $3, $3)
  ON CONFLICT (customer_id, feature_id) WHERE status = 'OPEN'
  DO UPDATE SET due_at = excluded.due_at, leased_until = NULL WHERE i.begun_at IS NULL
$$;

-- Tells the app what became of an auto top-up, if an endpoint wants to know.
CREATE FUNCTION "auto_top_up_tell"("type" text, "t" "auto_top_up", "status" text, "purchase_id" text, "next" timestamptz, "at" timestamptz)
RETURNS void LANGUAGE sql AS $$
  SELECT webhook_record($1, $2.customer_id, $6, jsonb_build_object('autoTopUp', jsonb_build_object(
    'customerId', $2.customer_id,
    'featureId', $2.feature_id,
    'planId', $2.plan_id,
    'threshold', webhook_decimal($2.threshold),
    'quantity', webhook_decimal($2.quantity),
    'status', $3,
    'purchaseId', $4,
    'failureReason', $2.failure_reason,
    'nextAttemptAt', webhook_instant($5))))
$$;

-- Another card ends a suspension that a card can end, and does not wait for the next attempt with the old one.
CREATE FUNCTION "auto_top_up_card"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    UPDATE auto_top_up SET suspended = NULL, declines = 0, failure_reason = NULL
    WHERE customer_id = NEW.customer_id AND enabled AND (suspended IN ('DECLINED', 'AUTHENTICATION', 'REFUSED') OR declines > 0)
    RETURNING customer_id, feature_id
  LOOP
    PERFORM auto_top_up_look(t.customer_id, t.feature_id, webhook_now());
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "auto_top_up_card" AFTER UPDATE ON "payer" FOR EACH ROW
  WHEN (NEW."method_id" IS NOT NULL
    AND (coalesce(OLD."method_fingerprint", OLD."method_id"), OLD."method_expires_month", OLD."method_expires_year")
      IS DISTINCT FROM (coalesce(NEW."method_fingerprint", NEW."method_id"), NEW."method_expires_month", NEW."method_expires_year"))
  EXECUTE FUNCTION "auto_top_up_card"();

-- A purchase that was waited for is looked at again. One that the customer paid on its page, after its charge failed, ends the
-- suspension that the failure caused.
CREATE FUNCTION "auto_top_up_purchase"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    UPDATE auto_top_up SET suspended = NULL, declines = 0, failure_reason = NULL
    WHERE NEW.status = 'ACTIVE' AND customer_id = NEW.customer_id AND purchase_id = NEW.id AND enabled
      AND (suspended IN ('DECLINED', 'AUTHENTICATION') OR declines > 0)
    RETURNING customer_id, feature_id
  LOOP
    PERFORM auto_top_up_look(t.customer_id, t.feature_id, webhook_now());
  END LOOP;
  UPDATE auto_top_up_intent SET due_at = least(due_at, webhook_now()), leased_until = NULL
  WHERE purchase_id = NEW.id AND status = 'OPEN';
  RETURN NULL;
END
$$;
CREATE TRIGGER "auto_top_up_purchase" AFTER UPDATE ON "purchase" FOR EACH ROW
  WHEN (NEW."automatic" AND OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION "auto_top_up_purchase"();

-- Whose bank takes money back is not charged any more without being asked.
CREATE FUNCTION "auto_top_up_dispute"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  t auto_top_up;
BEGIN
  FOR t IN
    UPDATE auto_top_up a SET suspended = 'DISPUTED', failure_reason = 'The bank of the customer has taken a payment back.'
    FROM payment p WHERE p.id = NEW.payment_id AND a.customer_id = p.customer_id AND a.enabled AND a.suspended IS DISTINCT FROM 'DISPUTED'
    RETURNING a.*
  LOOP
    DELETE FROM auto_top_up_intent i
    WHERE i.customer_id = t.customer_id AND i.feature_id = t.feature_id AND i.status = 'OPEN' AND i.begun_at IS NULL;
    PERFORM auto_top_up_tell('AUTO_TOP_UP_SUSPENDED', t, 'SUSPENDED', NULL, NULL, webhook_now());
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "auto_top_up_dispute" AFTER INSERT ON "dispute" FOR EACH ROW
  WHEN (NEW."withdrawn" > 0) EXECUTE FUNCTION "auto_top_up_dispute"();
CREATE TRIGGER "auto_top_up_dispute_change" AFTER UPDATE ON "dispute" FOR EACH ROW
  WHEN (OLD."withdrawn" = 0 AND NEW."withdrawn" > 0) EXECUTE FUNCTION "auto_top_up_dispute"();
