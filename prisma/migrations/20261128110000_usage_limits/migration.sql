-- The usage limits of a customer, with what was used in the present window of each; null without limits. A change of the
-- limits raises the version, because it has no entry that would raise the sequence.
ALTER TABLE "account"
  ADD COLUMN "limits" JSONB,
  ADD COLUMN "limits_version" BIGINT NOT NULL DEFAULT 0;
