-- Customers who were erased. While customer_id is there, some of their rows still have it, and nobody may sign up with it.
CREATE TABLE "erasure" (
  "id" TEXT NOT NULL,
  "customer_id" TEXT,
  "reason" TEXT,
  "begun_at" TIMESTAMPTZ(3) NOT NULL,
  "done_at" TIMESTAMPTZ(3),
  CONSTRAINT "erasure_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "erasure_customer_id_key" ON "erasure" ("customer_id");

ALTER TABLE "customer" ADD COLUMN "erased_at" TIMESTAMPTZ(3);

-- The payment provider is to delete the customer, and not to be told its name.
ALTER TABLE "payer" ADD COLUMN "erase" BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX "webhook_delivery_customer_id_idx" ON "webhook_delivery" ("customer_id");

-- After the statement, so that it sees an erasure for whose end the statement waited.
CREATE FUNCTION "customer_refuse_erasing"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM erasure WHERE customer_id = NEW.id) THEN
    RAISE EXCEPTION 'the customer before this one is being erased' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "customer_refuse_erasing" AFTER INSERT ON "customer"
  FOR EACH ROW EXECUTE FUNCTION "customer_refuse_erasing"();

-- The history of money is only added to. Erasing a customer takes the words off it, and leaves every number.
CREATE OR REPLACE FUNCTION "ledger_entry_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('brim.erases', true) = 'on' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'ledger_entry is append-only: % is refused', TG_OP
    USING ERRCODE = 'restrict_violation', HINT = 'Post an entry that corrects it.';
END
$$;
CREATE FUNCTION "ledger_entry_keep_numbers"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  words text[] := ARRAY['customer_id', 'idempotency_key', 'properties', 'reason', 'hold_id'];
BEGIN
  IF to_jsonb(NEW) - words IS DISTINCT FROM to_jsonb(OLD) - words THEN
    RAISE EXCEPTION 'erasing a customer changes no number of ledger_entry' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "ledger_entry_keep_numbers" AFTER UPDATE ON "ledger_entry"
  FOR EACH ROW EXECUTE FUNCTION "ledger_entry_keep_numbers"();
