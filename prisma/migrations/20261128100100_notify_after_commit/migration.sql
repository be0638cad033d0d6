-- Tells every listener how far the ledgers of these customers have come, as lines of "customer_id sequence". Payloads
-- are cut by a running sum of bytes, since PostgreSQL refuses one of 8000 bytes or more, and 5000 leaves room for the
-- longest id that a primary key can hold.
CREATE FUNCTION "brim_notify_entries"(customer_ids text[], sequences bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('brim_entries', string_agg(line, E'\n' ORDER BY line_end))
  FROM (
    SELECT line, sum(octet_length(line) + 1) OVER (ORDER BY customer_id) AS line_end
    FROM (
      SELECT customer_id, customer_id || ' ' || sequence AS line
      FROM unnest(customer_ids, sequences) AS advanced (customer_id, sequence)
    ) AS lines
  ) AS measured
  GROUP BY line_end / 5000;
END
$$;

CREATE OR REPLACE FUNCTION "ledger_entry_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM brim_notify_entries(array_agg(customer_id), array_agg(sequence))
  FROM (SELECT customer_id, max(sequence) AS sequence FROM inserted GROUP BY customer_id) AS advanced;
  RETURN NULL;
END
$$;

-- Commits that notify take turns, through their flush of the disk. So a session that notifies after its commits says so
-- (src/feed/notifier.ts), and the trigger notifies for every other writer.
DROP TRIGGER "ledger_entry_notify" ON "ledger_entry";
CREATE TRIGGER "ledger_entry_notify"
  AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT WHEN (current_setting('brim.notifies_later', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION "ledger_entry_notify"();
