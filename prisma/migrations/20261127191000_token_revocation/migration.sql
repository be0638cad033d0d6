-- Which customers' tokens were revoked: a token says of which generation it is, and an older one than this is refused.

-- CreateTable
CREATE TABLE "token_revocation" (
    "customer_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_revocation_pkey" PRIMARY KEY ("customer_id")
);

-- CreateIndex
CREATE INDEX "token_revocation_revoked_at_idx" ON "token_revocation"("revoked_at");
