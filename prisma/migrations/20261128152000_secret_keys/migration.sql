-- The secret keys that are made through Brim, with scopes. Of the keys themselves there are only digests.
CREATE TABLE "secret_key" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "prefix" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "scopes" TEXT[],
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "last_used_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "secret_key_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "secret_key_digest_key" ON "secret_key" ("digest");
-- A revoked key gives its name free.
CREATE UNIQUE INDEX "secret_key_name_key" ON "secret_key" ("name") WHERE "revoked_at" IS NULL;
