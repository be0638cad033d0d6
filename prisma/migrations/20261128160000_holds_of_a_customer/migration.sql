-- The holds of a customer, the newest of each status first: Customer.holds.
CREATE INDEX "hold_customer_id_status_created_at_id_idx" ON "hold" ("customer_id", "status", "created_at", "id");
