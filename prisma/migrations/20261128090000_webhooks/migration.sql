-- Webhooks that Brim sends: endpoints, events, and the delivery of each event to each endpoint.

CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'RETRYING', 'SUCCEEDED', 'FAILED');

CREATE TABLE "webhook_endpoint" (
  "id" TEXT NOT NULL,
  "url" TEXT NOT NULL,
  "events" TEXT[],
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "disabled_reason" TEXT,
  "secret" TEXT NOT NULL,
  "previous_secret" TEXT,
  "previous_secret_until" TIMESTAMPTZ(3),
  "succeeded_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- Events that were written with their causes, and not handed to the endpoints yet.
CREATE TABLE "webhook_event" (
  "position" BIGSERIAL NOT NULL,
  "id" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "occurred_at" TIMESTAMPTZ(3) NOT NULL,
  "data" JSONB NOT NULL,
  CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("position")
);

CREATE TABLE "webhook_delivery" (
  "position" BIGSERIAL NOT NULL,
  "id" TEXT NOT NULL,
  "endpoint_id" TEXT NOT NULL,
  "queue" TEXT NOT NULL,
  "event_id" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "customer_id" TEXT,
  "payload" JSONB NOT NULL,
  "once" BOOLEAN NOT NULL DEFAULT false,
  "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "tried_since" TIMESTAMPTZ(3),
  "next_attempt_at" TIMESTAMPTZ(3),
  "last_attempt_at" TIMESTAMPTZ(3),
  "response_status" INTEGER,
  "response_body" TEXT,
  "duration_ms" INTEGER,
  "failure" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("position")
);
CREATE UNIQUE INDEX "webhook_delivery_id_key" ON "webhook_delivery" ("id");
CREATE INDEX "webhook_delivery_endpoint_id_position_idx" ON "webhook_delivery" ("endpoint_id", "position");
CREATE INDEX "webhook_delivery_endpoint_id_status_position_idx" ON "webhook_delivery" ("endpoint_id", "status", "position");
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery" ("created_at");
-- The first open delivery of a queue is the one that is tried.
CREATE INDEX "webhook_delivery_open" ON "webhook_delivery" ("endpoint_id", "queue", "position")
  WHERE "status" IN ('PENDING', 'RETRYING');

-- The open deliveries of one customer to one endpoint, in order. One process at a time works on a queue.
CREATE TABLE "webhook_queue" (
  "endpoint_id" TEXT NOT NULL,
  "queue" TEXT NOT NULL,
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
  "lease" TEXT,
  "leased_until" TIMESTAMPTZ(3),
  CONSTRAINT "webhook_queue_pkey" PRIMARY KEY ("endpoint_id", "queue")
);
CREATE INDEX "webhook_queue_endpoint_id_next_attempt_at_idx" ON "webhook_queue" ("endpoint_id", "next_attempt_at");

-- An instant as the API writes it.
CREATE FUNCTION "webhook_instant"("at" timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A decimal as the API writes it: no trailing zeros, no exponent.
CREATE FUNCTION "webhook_decimal"("amount" numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT trim_scale("amount")::text
$$;

CREATE FUNCTION "webhook_money"("amount" numeric, "currency" text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN "amount" IS NOT NULL THEN jsonb_build_object('amount', webhook_decimal("amount"), 'currency', "currency") END
$$;

-- The domain's time, which tests may move.
CREATE FUNCTION "webhook_now"() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT clock_timestamp() + coalesce((SELECT offset_ms FROM test_clock WHERE id = 1), 0) * interval '1 millisecond'
$$;

-- Writes an event in the transaction of its cause, if an endpoint wants its type.
CREATE FUNCTION "webhook_record"("type" text, "customer_id" text, "occurred_at" timestamptz, "data" jsonb)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO webhook_event (id, type, customer_id, occurred_at, data)
  SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, $3, $4
  WHERE EXISTS (SELECT FROM webhook_endpoint e WHERE e.enabled AND $1 = ANY (e.events))
$$;

CREATE FUNCTION "customer_webhook"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM webhook_record('CUSTOMER_CREATED', NEW.id, NEW.created_at, jsonb_build_object(
    'customer', jsonb_build_object('id', NEW.id, 'createdAt', webhook_instant(NEW.created_at))));
  RETURN NULL;
END
$$;
CREATE TRIGGER "customer_webhook" AFTER INSERT ON "customer" FOR EACH ROW EXECUTE FUNCTION "customer_webhook"();

-- No statement that changes a purchase can forget its event, as none can forget its revision.
CREATE FUNCTION "purchase_webhook"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event_type text := CASE NEW.status
    WHEN 'ACTIVE' THEN 'PURCHASE_SETTLED'
    WHEN 'FAILED' THEN 'PURCHASE_FAILED'
    WHEN 'PAST_DUE' THEN 'PURCHASE_PAST_DUE'
    WHEN 'PENDING' THEN NULL
    ELSE 'PURCHASE_ENDED' END;
BEGIN
  IF event_type IS NULL THEN RETURN NULL; END IF;
  PERFORM webhook_record(event_type, NEW.customer_id, webhook_now(), jsonb_build_object('purchase', jsonb_build_object(
    'id', NEW.id,
    'customerId', NEW.customer_id,
    'planId', NEW.plan_id,
    'planVersion', NEW.plan_version,
    'status', NEW.status,
    'revision', NEW.revision,
    'featureQuantities', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('featureId', given ->> 'featureId',
        'quantity', webhook_decimal((given ->> 'included')::numeric + (given ->> 'bought')::numeric)) ORDER BY place), '[]')
      FROM jsonb_array_elements(NEW.quantities) WITH ORDINALITY AS each (given, place)),
    'total', webhook_money(NEW.total, NEW.currency),
    'charged', webhook_money(NEW.charged, NEW.currency),
    'failureReason', NEW.failure_reason,
    'currentPeriodStart', webhook_instant(NEW.current_period_start),
    'currentPeriodEnd', webhook_instant(NEW.current_period_end),
    'cancelAtPeriodEnd', NEW.cancel_at_period_end,
    'createdAt', webhook_instant(NEW.created_at),
    'settledAt', webhook_instant(NEW.settled_at))));
  RETURN NULL;
END
$$;
CREATE TRIGGER "purchase_webhook" AFTER INSERT ON "purchase" FOR EACH ROW EXECUTE FUNCTION "purchase_webhook"();
CREATE TRIGGER "purchase_webhook_change" AFTER UPDATE ON "purchase"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION "purchase_webhook"();

CREATE FUNCTION "webhook_payment"("payment" "payment") RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', $1.id, 'purchaseId', $1.purchase_id, 'customerId', $1.customer_id, 'status', $1.status,
    'amount', webhook_money($1.amount, $1.currency), 'createdAt', webhook_instant($1.created_at))
$$;

-- A refund is reported when its money is back, and again if it fails after that.
CREATE FUNCTION "refund_webhook"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM webhook_record('PAYMENT_REFUNDED', p.customer_id, webhook_now(), jsonb_build_object(
    'payment', webhook_payment(p),
    'refund', jsonb_build_object('id', NEW.id, 'status', NEW.status, 'amount', webhook_money(NEW.amount, NEW.currency),
      'createdAt', webhook_instant(NEW.created_at))))
  FROM payment p WHERE p.id = NEW.payment_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "refund_webhook" AFTER INSERT ON "refund"
  FOR EACH ROW WHEN (NEW."status" = 'SUCCEEDED') EXECUTE FUNCTION "refund_webhook"();
CREATE TRIGGER "refund_webhook_change" AFTER UPDATE ON "refund"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND (NEW."status" = 'SUCCEEDED' OR OLD."status" = 'SUCCEEDED'))
  EXECUTE FUNCTION "refund_webhook"();

CREATE FUNCTION "dispute_webhook"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM webhook_record('PAYMENT_DISPUTED', p.customer_id, webhook_now(), jsonb_build_object(
    'payment', webhook_payment(p),
    'dispute', jsonb_build_object('id', NEW.id, 'status', NEW.status, 'amount', webhook_money(NEW.amount, NEW.currency),
      'openedAt', webhook_instant(NEW.opened_at), 'closedAt', webhook_instant(NEW.closed_at))))
  FROM payment p WHERE p.id = NEW.payment_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "dispute_webhook" AFTER INSERT ON "dispute" FOR EACH ROW EXECUTE FUNCTION "dispute_webhook"();
CREATE TRIGGER "dispute_webhook_change" AFTER UPDATE ON "dispute"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION "dispute_webhook"();
