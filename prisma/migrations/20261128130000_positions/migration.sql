-- The place of each entry in the order in which all customers' entries are written: src/feed/follow-all.ts. Entries from
-- before this migration have none. The column has its default afterwards, so that no row is rewritten.
--
-- The transaction's id is assigned before the position is drawn. So who learns of a position, and then draws an id
-- itself, has a greater one than every transaction that may still write an entry up to that position.
CREATE SEQUENCE "ledger_entry_position_seq" AS BIGINT CACHE 1;
ALTER TABLE "ledger_entry" ADD COLUMN "position" BIGINT;
ALTER TABLE "ledger_entry" ALTER COLUMN "position"
  SET DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('ledger_entry_position_seq') END;
ALTER SEQUENCE "ledger_entry_position_seq" OWNED BY "ledger_entry"."position";

CREATE INDEX "ledger_entry_position" ON "ledger_entry" ("position") WHERE "position" IS NOT NULL;
