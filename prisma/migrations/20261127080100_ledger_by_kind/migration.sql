-- A page of the ledger by kind: of one feature, or of each feature of the customer (src/ledger/pages/store.ts).
CREATE INDEX "ledger_entry_customer_id_feature_id_kind_sequence_idx" ON "ledger_entry"("customer_id", "feature_id", "kind", "sequence");
