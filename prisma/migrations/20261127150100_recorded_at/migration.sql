-- When the account's last entry was recorded: the next one is never recorded before it, whatever a clock says. It stands in the row that
-- writers lock, because only that is read as it is after a wait.
ALTER TABLE "account" ADD COLUMN "recorded_at" TIMESTAMPTZ(3);

UPDATE "account" a SET "recorded_at" = e."recorded_at"
FROM "ledger_entry" e WHERE e."customer_id" = a."customer_id" AND e."sequence" = a."sequence";
