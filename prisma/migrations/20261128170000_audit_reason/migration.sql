-- Why an operation was done, as its caller said. Older processes leave it empty.
ALTER TABLE "audit_entry" ADD COLUMN "reason" TEXT;
