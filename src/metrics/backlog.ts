/** Reads what waits in the database, from indexes of what waits. */
import type { Statements } from '../database/statements.ts';
import type { Backlog } from './gauges.ts';

const BACKLOG = `SELECT
  (SELECT count(*) FROM purchase WHERE status = 'PENDING' AND next_check_at IS NOT NULL)::int AS "pendingPurchases",
  (SELECT count(*) FROM purchase WHERE next_check_at < now() - interval '1 minute')::int AS "overduePurchases",
  open.count AS "openDeliveries", open.oldest AS "oldestDeliverySeconds"
FROM (SELECT count(*)::int AS count,
    coalesce(greatest(extract(epoch FROM now() - min(created_at)), 0), 0)::float8 AS oldest
  FROM webhook_delivery WHERE status IN ('PENDING', 'RETRYING')) AS open`;

export async function readBacklog(statements: Pick<Statements, 'read'>): Promise<Backlog> {
  const [backlog] = await statements.read<Backlog>(BACKLOG);
  if (!backlog) throw new Error('The backlog could not be counted.');
  return backlog;
}
