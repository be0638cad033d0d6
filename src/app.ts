/**
 * The composition root. With src/app/, which opens the larger parts, it is the only place that
 * knows every room.
 */
import type { Domain } from '../schema/context.ts';
import { openAccess } from './access/access.ts';
import { openBudgets } from './access/budgets.ts';
import { TOKEN_LIFETIME_MAX_SECONDS } from './access/customer-tokens.ts';
import { developmentKey, developmentTokenSecret } from './access/development-secrets.ts';
import { openIssuedKeys } from './access/issued-keys.ts';
import { openKnownKeys } from './access/known-keys.ts';
import { openRevocations } from './access/revocations.ts';
import { openAlerts } from './alerts/alerts.ts';
import { openDatabases } from './app/databases.ts';
import { openLedgerWithFeed } from './app/ledger.ts';
import { openAppMetrics } from './app/metrics.ts';
import { openPurchasesWithPayments } from './app/purchases.ts';
import { openAppServer } from './app/server.ts';
import { openAppTraces } from './app/traces.ts';
import { openAppWebhooks } from './app/webhooks.ts';
import { openAudit } from './audit/audit.ts';
import type { Config } from './config/config.ts';
import { warningsOf } from './config/warnings.ts';
import { openDatabaseClock } from './database/database-clock.ts';
import type { EmbeddedPostgres } from './embedded/postgres.ts';
import type { DueWork } from './platform/due-work.ts';
import type { Log } from './platform/log.ts';
import { startScheduler } from './platform/scheduler.ts';
import { openClosers } from './platform/shutdown.ts';
import { openErasure } from './privacy/erasure.ts';
import { openRetention } from './retention/retention.ts';
import type { Sandbox } from './stripe/sandbox/sandbox.ts';
import { openTime } from './time/time.ts';
import { openTopUps } from './top-ups/top-ups.ts';
import type { Clock } from './values/clock.ts';
import { type Ids, randomIds } from './values/ids.ts';

/** A running Brim. */
export interface App {
  /** The URL at which it listens. */
  readonly url: string;
  /** Where Prometheus reads; undefined where the configuration gives no port. */
  readonly metricsUrl: string | undefined;
  /** The secret key that a development start made; unset where the configuration gave one. */
  readonly developmentKey: string | undefined;
  /** Settings that are allowed but unusual, a sentence each. */
  readonly warnings: readonly string[];
  /** The simulated parts, in words. */
  readonly simulated: readonly string[];
  readonly domain: Domain;
  readonly sandbox: Sandbox | undefined;
  /** Answers the requests in flight, and then closes everything, the database last. */
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** The embedded server, if it is being started already. */
  readonly embedded?: Promise<EmbeddedPostgres> | undefined;
  /** Tests inject it, as they do the properties below. Left out: the database's clock. */
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly sandboxDelivery?: 'immediate' | 'held';
  /** How long an endpoint of webhooks may take to answer. Left out: 10 s. */
  readonly webhookTimeoutMs?: number;
}

/**
 * The secrets of a development start, where the configuration gives none. Production refuses to
 * start without.
 */
async function readSecrets({ secretKeys, tokenSecrets, dataDir }: Config) {
  const key = secretKeys.length > 0 ? undefined : await developmentKey(dataDir);
  return {
    developmentKey: key,
    keys: key === undefined ? secretKeys : [key],
    tokenSecrets: tokenSecrets.length > 0 ? tokenSecrets : [await developmentTokenSecret(dataDir)],
  };
}

/** Opens every room in the order of their dependencies, and closes them in the opposite order. */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, log, sandboxDelivery } = options;
  const closers = openClosers();
  try {
    // Closed last, so that the last spans of all others are sent.
    await openAppTraces({ config, log, closers });
    const { developmentKey, keys, tokenSecrets } = await readSecrets(config);
    const databases = await openDatabases({ config, log, embedded: options.embedded, closers });
    const { embedded, database, writer, disk } = databases;
    const realClock = options.clock ?? closers.add(await openDatabaseClock({ client: database.client, log }));

    const budgets = openBudgets({ clock: realClock, ...config.pointsPerMinute });
    const revocations = closers.add(await openRevocations({ database, log, tokenMaxSeconds: TOKEN_LIFETIME_MAX_SECONDS }));
    const knownKeys = closers.add(openKnownKeys({ database, log }));
    const access = openAccess({ clock: realClock, keys, tokenSecrets, revocations, knownKeys });

    // Rooms with work that becomes due add it to this list.
    const due: DueWork[] = [];
    const wake = (at: Date) => scheduler.wake(at);
    const moved = (now: Date) => {
      wake(now);
      retention.beginAnew();
    };
    const time = await openTime({ database, clock: realClock, testClocks: config.testClocks, due, onAdvanced: moved });
    const { clock } = time;
    const retention = closers.add(openRetention({ database, clock, log, kept: config.keptDays }));
    const ids = options.ids ?? randomIds(clock);

    const webhooks = closers.add(
      openAppWebhooks({ config, database, time, realClock, ids, log, timeoutMs: options.webhookTimeoutMs }),
    );
    const { ledger, feed, everyChange, alertLimits, bus } = await openLedgerWithFeed({
      databases,
      clock,
      log,
      customersPerBatch: config.customersPerBatch,
      isTimeMoved: config.testClocks,
      onDue: wake,
      onEvents: webhooks.wake,
      closers,
    });
    const localUrl = () => server.url;
    const { catalog, customers, payments, purchases } = await openPurchasesWithPayments({
      ...{ config, database, ledger, clock, realClock, ids, log, localUrl, sandboxDelivery, closers },
    });
    const alerts = openAlerts({ database, clock, ids, limits: alertLimits, catalog, customers });
    const topUps = openTopUps({ database, clock, log, ledger, catalog, customers, purchases, wake });
    due.push(ledger.due, purchases.due, topUps.due);
    const scheduler = closers.add(startScheduler({ due, clock, log, sync: time.sync }));

    const audit = openAudit({ database, clock, log });
    const erasure = closers.add(
      openErasure({
        ...{ database, log, findPurchase: purchases.find, findHold: ledger.reads.holdById },
        onErased: () => void payments.provider.sendCustomerChanges(),
      }),
    );
    const domain: Domain = {
      access,
      secretKeys: openIssuedKeys({ database, ids }),
      audit,
      catalog,
      customers,
      ledger,
      purchases,
      topUps,
      webhooks,
      alerts,
      erasure,
      feed,
      everyChange,
      clock,
      time,
      ids,
    };
    const server = await openAppServer({
      ...{ config, domain, database, time, payments, budgets, developmentKey, clock: realClock, log },
      isDatabaseReady: () => database.client.$queryRaw`SELECT 1`,
      problems: () => [stuckProblem(ledger.stuckCustomers()), embedded?.problem(), bus.trouble(), disk.problem()],
    });
    const metricsUrl = await openAppMetrics({
      ...{ config, database, log, closers },
      state: {
        connections: server.connections,
        subscribers: () => feed.subscribers + everyChange.readers,
        queued: ledger.queuedCommands,
      },
    });
    // Closed first: connected clients then reconnect to another process, and resume with their
    // cursors.
    closers.add(server);

    const { sandbox } = payments;
    const close = () => {
      for (const each of [database, writer]) each.hurry();
      return closers.close();
    };
    const simulated = simulatedParts(config, { sandbox, embedded });
    return { url: server.url, metricsUrl, developmentKey, warnings: warningsOf(config), simulated, domain, sandbox, close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function stuckProblem(customers: number): string | undefined {
  if (customers === 0) return undefined;
  const whose = customers === 1 ? 'one customer' : `${customers} customers`;
  return `What is written for ${whose} takes unusually long; others are not affected.`;
}

function simulatedParts({ testClocks, dataDir }: Config, { sandbox, embedded }: { sandbox: unknown; embedded: unknown }) {
  return [
    ...(sandbox ? ['payments (a sandbox; set STRIPE_SECRET_KEY for Stripe)'] : []),
    ...(testClocks ? ['the time (advanceClock moves it; unset BRIM_TEST_CLOCKS for real time)'] : []),
    ...(embedded ? [`the database server (PostgreSQL in ${dataDir}; set DATABASE_URL for your own)`] : []),
  ];
}
