-- What of a grant was left when a returned payment took it, and what others owe of what was in use by then.

ALTER TABLE "grant"
  ADD COLUMN "taken_back" DECIMAL(38,12) NOT NULL DEFAULT 0,
  ADD COLUMN "owed" DECIMAL(38,12) NOT NULL DEFAULT 0;
