-- How far the sweeps have come: each goes through its table by pages, a few at a time, so it needs no index.
CREATE TABLE "sweep" (
  "name" TEXT NOT NULL,
  "next_page" BIGINT NOT NULL DEFAULT 0,
  "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "sweep_pkey" PRIMARY KEY ("name")
);

-- Nothing sweeps deliveries by it any more.
DROP INDEX "webhook_delivery_created_at_idx";
