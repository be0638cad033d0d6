-- How often the payer's saved method was asked for at the provider, and the newest question whose
-- answer is recorded. An answer to an older question never takes the place of a newer one's.
ALTER TABLE "payer" ADD COLUMN "method_asked" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "method_answered" INTEGER NOT NULL DEFAULT 0;
