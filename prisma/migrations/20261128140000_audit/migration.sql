-- Who did what, and when: one row for each operation that changed something.
CREATE TABLE "audit_entry" (
  "position" BIGSERIAL NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "actor" TEXT NOT NULL,
  "actor_id" TEXT,
  "actor_name" TEXT,
  "operation" TEXT NOT NULL,
  "customer_id" TEXT,
  "request_id" TEXT NOT NULL,
  "done" BOOLEAN NOT NULL,
  "ids" JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("position")
);
CREATE INDEX "audit_entry_customer_id_position_idx" ON "audit_entry" ("customer_id", "position");
CREATE INDEX "audit_entry_actor_id_position_idx" ON "audit_entry" ("actor_id", "position");

-- Who asked for an entry, and with which request: "key_… request". No default, so that no row is rewritten.
ALTER TABLE "ledger_entry" ADD COLUMN "made_by" TEXT;
