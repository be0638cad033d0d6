-- A recurring purchase whose renewal was not paid. A value of an enum can be used only after the
-- transaction that adds it, so it has a migration of its own.
ALTER TYPE "PurchaseStatus" ADD VALUE 'PAST_DUE';
