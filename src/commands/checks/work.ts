import { RUNNING_NAME } from '../../database/older-processes.ts';
import { type Ask, type Finding, ok, warning } from './finding.ts';

interface WorkRow {
  readonly running: number;
  readonly overdue: number;
  readonly unsettled: number;
  readonly disabled: number;
  readonly late: number;
}

const WORK = `SELECT
  (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = '${RUNNING_NAME}') AS running,
  (SELECT count(*)::int FROM account WHERE next_due_at < now() - interval '1 minute'
    + (SELECT offset_ms FROM test_clock) * interval '1 millisecond') AS overdue,
  (SELECT count(*)::int FROM purchase WHERE status = 'PENDING' AND next_check_at < now() - interval '10 minutes') AS unsettled,
  (SELECT count(*)::int FROM webhook_endpoint WHERE disabled_reason IS NOT NULL) AS disabled,
  (SELECT count(*)::int FROM webhook_delivery WHERE status IN ('PENDING', 'RETRYING') AND created_at < now() - interval '1 hour') AS late`;

/** The work that a running Brim does by itself: is somebody doing it? */
export async function checkWork(ask: Ask): Promise<readonly Finding[]> {
  const [row] = await ask<WorkRow>(WORK);
  if (!row) return [];
  const { running, overdue, unsettled, disabled, late } = row;
  const advice = running === 0 ? 'Start Brim.' : 'Look into its log, and at /ready.';
  return [
    ok('processes', running === 1 ? 'one runs on this database' : `${running} run on this database`),
    ...(overdue > 0 ? [warning('ledger', `${overdue} accounts are overdue by more than a minute.`, advice)] : []),
    ...(unsettled > 0 ? [warning('purchases', `${unsettled} wait for a check that is 10 minutes late.`, advice)] : []),
    ...(disabled > 0
      ? [
          warning(
            'webhooks',
            `${disabled} endpoints of the app were disabled, because they failed for days.`,
            'Mend them, and enable them again.',
          ),
        ]
      : []),
    ...(late > 0
      ? [warning('webhooks', `${late} deliveries to the app are an hour late.`, 'Look at webhookDeliveries for the reason.')]
      : []),
  ];
}
