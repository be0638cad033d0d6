-- Which Brim this is, of several that may share one payment account. Made once, by the first process that needs it.
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL,
    "installation_id" TEXT NOT NULL,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "installation" ADD CONSTRAINT "installation_only_one" CHECK ("id" = 1);

-- In which account and mode a checkout was opened, who asked for it, and when the provider was last asked because of a return.
ALTER TABLE "purchase" ADD COLUMN     "by_customer" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "payment_account" TEXT,
ADD COLUMN     "payment_live" BOOLEAN,
ADD COLUMN     "returned_at" TIMESTAMPTZ(3);

-- A customer is another payer in each account and mode. Those known so far stand under the account "", which means: not known.
CREATE TABLE "payer" (
    "customer_id" TEXT NOT NULL,
    "account" TEXT NOT NULL DEFAULT '',
    "live" BOOLEAN NOT NULL DEFAULT false,
    "provider_id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "tell_at" TIMESTAMPTZ(3),
    "telling_until" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "payer_pkey" PRIMARY KEY ("customer_id", "account", "live")
);
INSERT INTO "payer" ("customer_id", "provider_id", "name", "email")
  SELECT p.customer_id, p.provider_id, c.name, c.email FROM "payment_customer" p JOIN "customer" c ON c.id = p.customer_id;
CREATE INDEX "payer_untold" ON "payer" ("tell_at") WHERE "tell_at" IS NOT NULL;

-- What changes about a customer is to be told to the payment provider, whoever changed it.
CREATE FUNCTION "customer_tell_provider"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payer SET name = NEW.name, email = NEW.email, tell_at = now(), tries = 0 WHERE customer_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER "customer_tell_provider"
  AFTER UPDATE OF "name", "email" ON "customer"
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.email IS DISTINCT FROM NEW.email)
  EXECUTE FUNCTION "customer_tell_provider"();

-- What was done with an event; null for those that came before it was told apart.
ALTER TABLE "payment_event" ADD COLUMN     "note" TEXT,
ADD COLUMN     "outcome" TEXT;

-- How many purchases a customer began within the hour.
CREATE INDEX "purchase_begun_by_customer" ON "purchase" ("customer_id", "created_at") WHERE "by_customer";

-- Purchases that ended because their page was missing at the provider are asked about, too.
DROP INDEX "purchase_next_check";
CREATE INDEX "purchase_next_check" ON "purchase" ("next_check_at") WHERE "next_check_at" IS NOT NULL;
