-- What a REFUNDED purchase was before. It becomes that again where its money is not back any more.
ALTER TABLE "purchase" ADD COLUMN "refunded_from" "PurchaseStatus";

-- One request with an idempotency key refunds each payment once.
CREATE UNIQUE INDEX "refund_payment_id_idempotency_key_key" ON "refund" ("payment_id", "idempotency_key");
