/** Opens what Brim tells of itself: metrics, and lines of the log about operations. */
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { sampleDrift } from '../ledger/drift.ts';
import { readBacklog } from '../metrics/backlog.ts';
import type { ProcessState } from '../metrics/gauges.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { logOperations } from '../metrics/operation-log.ts';
import type { Log } from '../platform/log.ts';
import type { Closers } from '../platform/shutdown.ts';
import { BEING_ERASED } from '../privacy/erasure.ts';

export interface AppMetricsDeps {
  readonly config: Config;
  readonly database: Database;
  readonly state: ProcessState;
  readonly log: Log;
  readonly closers: Closers;
}

/**
 * @returns where the metrics are; undefined where the configuration asks for none.
 * @throws StartError where the port for metrics is taken.
 */
export async function openAppMetrics(deps: AppMetricsDeps): Promise<string | undefined> {
  const { config, database, state, log, closers } = deps;
  if (config.logOneIn !== undefined && log.isLevelEnabled(config.environment === 'production' ? 'info' : 'debug')) {
    const endLog = logOperations({ log, oneIn: config.logOneIn });
    closers.add({ close: async () => endLog() });
  }
  if (!config.metrics) return undefined;
  const metrics = closers.add(
    await openMetrics({ ...config.metrics, state, readBacklog: () => readBacklog(database.statements), log }),
  );
  closers.add(sampleDrift({ database, log, passesOver: BEING_ERASED }));
  log.info({ url: metrics.url }, 'metrics: ready');
  return metrics.url;
}
