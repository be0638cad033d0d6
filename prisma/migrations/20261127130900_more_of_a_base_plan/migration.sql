-- A purchase that buys more of a base plan which the customer has: it gives nothing that the plan includes, and does not hold the plan.
ALTER TABLE "purchase" ADD COLUMN "only_bought" BOOLEAN NOT NULL DEFAULT false;

-- A plan of which something resets is a base plan, also where it sells something: until now such a plan stacked. Purchases that are not
-- settled yet will settle as base plans.
CREATE TEMPORARY TABLE "rekinded_plan" ON COMMIT DROP AS
  SELECT p."id", p."version", coalesce(p."group", '') AS "base_group"
  FROM "plan" p
  WHERE NOT p."add_on" AND EXISTS (
    SELECT 1 FROM jsonb_array_elements(p."terms" -> 'items') item WHERE jsonb_typeof(item -> 'reset') = 'object'
  );

UPDATE "purchase" p SET "base_group" = r."base_group"
FROM "rekinded_plan" r
WHERE r."id" = p."plan_id" AND r."version" = p."plan_version" AND p."base_group" IS NULL AND p."status" <> 'ACTIVE';

-- Of those that are ACTIVE the newest takes the place in its group, if nothing has it. The others stay as they are: what was given with
-- them is the customer's, and only the ledger could take it back.
UPDATE "purchase" p SET "base_group" = newest."base_group"
FROM (
  SELECT DISTINCT ON (held."customer_id", r."base_group") held."id", held."customer_id", r."base_group"
  FROM "purchase" held JOIN "rekinded_plan" r ON r."id" = held."plan_id" AND r."version" = held."plan_version"
  WHERE held."status" = 'ACTIVE' AND held."base_group" IS NULL
  ORDER BY held."customer_id", r."base_group", held."created_at" DESC, held."id" DESC
) newest
WHERE p."id" = newest."id" AND NOT EXISTS (
  SELECT 1 FROM "purchase" other
  WHERE other."customer_id" = newest."customer_id" AND other."base_group" = newest."base_group" AND other."status" = 'ACTIVE'
);

-- The earlier times that a customer had a plan, for what comes back with it and for what may be taken once.
CREATE INDEX "purchase_customer_id_plan_id_created_at_idx" ON "purchase" ("customer_id", "plan_id", "created_at");
