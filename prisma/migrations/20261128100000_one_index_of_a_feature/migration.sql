-- Each use was written to it. The index of feature, kind and sequence now serves both kinds of page
-- (src/ledger/tables/pages.ts).
DROP INDEX "ledger_entry_customer_id_feature_id_sequence_idx";
