-- The entries of all customers by their kinds: Query.ledger. Uses and holds are not in it, so that they are written to no
-- index more. Entries from before positions were counted are in none.
CREATE INDEX "ledger_entry_kind_position" ON "ledger_entry" ("kind", "position")
  WHERE "position" IS NOT NULL AND "kind" NOT IN ('USAGE', 'HOLD', 'SETTLE', 'RELEASE');
