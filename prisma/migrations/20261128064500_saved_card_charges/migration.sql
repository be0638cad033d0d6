-- Charges of saved payment methods: what the provider was asked, so that asking again is the same question.
ALTER TABLE "payment" ADD COLUMN "request" JSONB;

-- One charge of a purchase is under way at a time.
CREATE UNIQUE INDEX "payment_one_charge_under_way" ON "payment" ("purchase_id")
  WHERE "status" = 'PENDING' AND "source" = 'SAVED_METHOD';
