-- When a purchase was canceled for the end of its period. Of those that were canceled before this
-- column, the instant is not known.
ALTER TABLE "purchase" ADD COLUMN "canceled_at" TIMESTAMPTZ(3);
