-- Notifies the processes of Brim, in the transaction, of each change of what an auto top-up does.

CREATE FUNCTION "auto_top_up_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('brim_purchases', 'auto_top_ups/' || CASE WHEN TG_OP = 'DELETE' THEN OLD.customer_id ELSE NEW.customer_id END || ' 0');
  RETURN NULL;
END
$$;
CREATE TRIGGER "auto_top_up_notify" AFTER INSERT OR UPDATE ON "auto_top_up" FOR EACH ROW EXECUTE FUNCTION "auto_top_up_notify"();
CREATE TRIGGER "auto_top_up_intent_notify" AFTER INSERT OR DELETE ON "auto_top_up_intent"
  FOR EACH ROW EXECUTE FUNCTION "auto_top_up_notify"();
-- Who takes an intent changes nothing that is seen.
CREATE TRIGGER "auto_top_up_intent_notify_change" AFTER UPDATE ON "auto_top_up_intent"
  FOR EACH ROW WHEN ((OLD."status", OLD."due_at", OLD."begun_at") IS DISTINCT FROM (NEW."status", NEW."due_at", NEW."begun_at"))
  EXECUTE FUNCTION "auto_top_up_notify"();
