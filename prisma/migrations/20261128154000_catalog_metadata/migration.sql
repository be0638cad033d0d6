-- What the app keeps with its features and plans. A default that is constant rewrites no row.
ALTER TABLE "feature" ADD COLUMN "metadata" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "plan" ADD COLUMN "metadata" JSONB NOT NULL DEFAULT '{}';
