import type { Context, Domain } from '../schema/context.ts';
import { schema } from '../schema/index.ts';
import { openAccess } from './access/access.ts';
import type { Actor } from './access/actor.ts';
import { openBudgets } from './access/budgets.ts';
import { TOKEN_LIFETIME_MAX_SECONDS } from './access/customer-tokens.ts';
import { developmentKey, developmentTokenSecret } from './access/development-secrets.ts';
import { openRevocations } from './access/revocations.ts';
import { AUTUMN_PATH, openAutumn } from './autumn/autumn.ts';
import { toErrorBody } from './autumn/wire/error-response.ts';
import { openCatalog } from './catalog/catalog.ts';
import type { Config } from './config/config.ts';
import { isPrivate, warningsOf } from './config/warnings.ts';
import { createCustomersEffect, openCustomers } from './customers/customers.ts';
import { openDatabase } from './database/database.ts';
import { openDatabaseClock } from './database/database-clock.ts';
import { openDiskMonitor } from './database/disk-monitor.ts';
import { applyMigrations, type MigrateOptions, refuseNewerSchema } from './database/migrate.ts';
import { connectAtStart } from './database/startup-connection.ts';
import { openDemo } from './demo/server/demo.ts';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded/postgres.ts';
import { openPostgresBus } from './feed/bus.ts';
import { openFeed } from './feed/feed.ts';
import { openLedger } from './ledger/ledger.ts';
import { SLOW_BATCHES } from './ledger/writer.ts';
import type { DueWork } from './platform/due-work.ts';
import type { Log } from './platform/log.ts';
import { startScheduler } from './platform/scheduler.ts';
import { openClosers } from './platform/shutdown.ts';
import { cancelUrlOf, successUrlOf } from './purchases/attach/return-url.ts';
import { plansForNewCustomer } from './purchases/grants/auto-enabled-plans.ts';
import type { Purchase } from './purchases/model/types.ts';
import { openPurchases, purchaseEffects } from './purchases/purchases.ts';
import { problemsWithCharges } from './purchases/quote/sellable.ts';
import { startReconciler } from './purchases/reconciler.ts';
import { checkoutCancel, checkoutReturn } from './server/http/checkout-return.ts';
import { openHosts } from './server/http/hosts.ts';
import { openServer } from './server/server.ts';
import { openPayments } from './stripe/payments.ts';
import type { Sandbox } from './stripe/sandbox/sandbox.ts';
import { stripeChargeRules } from './stripe/wire/charge-rules.ts';
import { openTime } from './time/time.ts';
import type { Clock } from './values/clock.ts';
import { type Ids, randomIds } from './values/ids.ts';
import { openOriginPatterns } from './values/origin.ts';

/** The whole of Brim, running. */
export interface App {
  /** Where it listens. */
  readonly url: string;
  /** The secret key that a development start made; unset where the configuration gave one. */
  readonly developmentKey: string | undefined;
  /** What an operator should be reminded of, in sentences. */
  readonly warnings: readonly string[];
  /** What is simulated, in words. */
  readonly simulated: readonly string[];
  readonly domain: Domain;
  readonly sandbox: Sandbox | undefined;
  /** Answers what is under way, and then lets go of everything, the database last. */
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** The server to use without a DATABASE_URL, if it is being started already. */
  readonly embedded?: Promise<EmbeddedPostgres> | undefined;
  /** From here on: what tests inject. */
  /** Left out: the database's. */
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly sandboxDelivery?: 'immediate' | 'held';
}

/** In production a database that is started together with Brim may need so long. */
const DATABASE_WAIT_MS = 30_000;
/** One for each batch in flight and one to spare, and one for each that is slow. */
const WRITER_CONNECTIONS = 4 + SLOW_BATCHES;
/** Nobody but a new connection is waited for here: there is one for each batch. */
const WRITER_WAIT_MS = 3_000;

/** The composition root: the only place that knows every part. */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, log, sandboxDelivery } = options;
  const closers = openClosers();
  try {
    const key = config.secretKeys.length > 0 ? undefined : await developmentKey(config.dataDir);
    const { tokenSecrets: given } = config;
    const tokenSecrets = given.length > 0 ? given : [await developmentTokenSecret(config.dataDir)];
    const embedded = config.databaseUrl ? undefined : closers.add(await (options.embedded ?? openServerOf(config, log)));
    const url = () => config.databaseUrl ?? embedded?.url ?? '';
    const directUrl = () => config.databaseDirectUrl ?? url();
    const starting = {
      waitMs: config.environment === 'production' ? DATABASE_WAIT_MS : 0,
      onWait: (sentence: string) => log.warn(`start: ${sentence}`),
    };
    const variable = config.databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
    const migrating: MigrateOptions = { ...starting, variable, besideOlder: config.migrateBesideOlder ?? false };
    await applyMigrations(directUrl(), migrating);
    if (config.databaseDirectUrl !== undefined) await (await connectAtStart({ ...starting, url: url() })).end();
    const disk = openDiskMonitor({ writer: () => writer, log });
    const { onRefused } = disk;
    const database = closers.add(openDatabase({ url, onRefused }));
    const realClock = options.clock ?? closers.add(await openDatabaseClock({ client: database.client, log }));
    const budgets = openBudgets({ clock: realClock, ...config.pointsPerMinute });
    const revocations = closers.add(await openRevocations({ database, log, tokenMaxSeconds: TOKEN_LIFETIME_MAX_SECONDS }));
    const keys = key ? [key] : config.secretKeys;
    const access = openAccess({ clock: realClock, keys, tokenSecrets, revocations });

    // What time brings: the parts that have some of it add theirs.
    const due: DueWork[] = [];
    const { testClocks } = config;
    const time = await openTime({ database, clock: realClock, testClocks, due, onAdvanced: (now) => scheduler.wake(now) });
    const { clock } = time;
    const ids = options.ids ?? randomIds(clock);

    const effects = [createCustomersEffect, ...purchaseEffects];
    // Connections of its own: however much is read, what is written does not wait for a free one.
    const writer = openDatabase({ url, poolSize: WRITER_CONNECTIONS, waitMs: WRITER_WAIT_MS, onRefused });
    const ledger = openLedger({
      ...{ database, writer, clock, log, effects },
      onCommitted: (entries) => feed.onCommitted(entries),
      onDue: (at) => scheduler.wake(at),
    });
    const feed = openFeed({ reads: ledger.reads, log });
    closers.add({ close: async () => feed.close() });
    const notify = (channel: string, payload: string) => writer.client.$queryRaw`SELECT pg_notify(${channel}, ${payload})::text`;
    const bus = closers.add(await openPostgresBus({ url: directUrl, notify, log, listener: feed }));
    // From here on those who migrate see that this one runs. Who began before that did not.
    await refuseNewerSchema(directUrl(), migrating);
    closers.add(writer);
    closers.add(disk);
    closers.add(ledger);

    const chargeRules = stripeChargeRules;
    const catalog = openCatalog({
      database,
      clock,
      problemsWithCharges: (terms) => problemsWithCharges(terms, stripeChargeRules),
    });
    const customers = openCustomers({
      database,
      clock,
      ledger,
      plansForNewCustomer: (customerId) => plansForNewCustomer({ catalog, ids, clock }, customerId),
      onChanged: () => void payments.provider.sendCustomerChanges(),
    });

    const address = { local: () => server.url, public: () => config.publicUrl ?? server.url };
    const payments = closers.add(await openPayments({ database, clock: realClock, log, config, address, sandboxDelivery }));
    const returnUrl = (purchaseId: string) => `${address.public()}/checkout/return/${purchaseId}`;
    const { provider, sandbox, installationId } = payments;
    const canceledUrl = (purchaseId: string) => `${address.public()}/checkout/cancel/${purchaseId}`;
    const purchases = openPurchases({
      ...{ database, clock, ids, log, ledger, catalog, customers, provider, returnUrl, canceledUrl, chargeRules },
      installationId,
      returnRules: {
        isNamed: openOriginPatterns([...config.corsOrigins, ...config.returnOrigins]),
        isOwn: (origin) => origin === new URL(address.public()).origin,
        // Production has an http PUBLIC_URL only where an operator says that it is meant.
        allowsPlainHttp: config.environment === 'development' || (config.publicUrl?.startsWith('http:') ?? false),
      },
    });
    closers.add(startReconciler({ purchases, sendCustomerChanges: provider.sendCustomerChanges, log }));
    due.push(ledger.due, purchases.due);
    const scheduler = closers.add(startScheduler({ due, clock, log, sync: time.sync }));

    const domain: Domain = { access, catalog, customers, ledger, purchases, feed, clock, time, ids };
    const contextFor = async (actor: Actor) => ({ ...domain, actor }) satisfies Context;
    const environment = sandbox ? 'sandbox' : 'live';
    const returning = {
      refreshOnReturn: time.synced(purchases.refreshOnReturn),
      find: purchases.find,
      successUrlOf: (purchase: Purchase) => successUrlOf(purchase, clock.now()),
      cancelUrlOf: (purchase: Purchase) => cancelUrlOf(purchase, clock.now()),
      log,
    };
    const server = await openServer({
      ...config,
      schema,
      access,
      budgets,
      guaranteedFields: ['track', 'check'],
      limits: config.maxConnections === undefined ? {} : { processMaxConnections: config.maxConnections },
      contextFor: time.synced(contextFor),
      developmentKey: isPrivate(config) ? key : undefined,
      hosts: config.environment === 'development' ? openHosts(config) : undefined,
      routes: [
        { method: 'POST', path: '/webhooks/stripe', handle: payments.webhook(time.synced(purchases.reconcileCheckout)) },
        {
          method: 'POST',
          path: AUTUMN_PATH,
          handle: time.synced(openAutumn({ ...domain, budgets, environment })),
          formatError: toErrorBody,
        },
        checkoutReturn(returning),
        checkoutCancel(returning),
        ...(sandbox
          ? (['GET', 'POST', 'DELETE'] as const).map((method) => ({ method, path: '/sandbox/*', handle: sandbox.handle }))
          : []),
        ...(config.environment === 'development'
          ? openDemo(domain).map((route) => ({ ...route, handle: time.synced(route.handle) }))
          : []),
      ],
      isDatabaseReady: () => database.client.$queryRaw`SELECT 1`,
      problems: () => [stuckTrouble(ledger.stuckCustomers()), embedded?.trouble(), bus.trouble(), disk.problem()],
      log,
      clock: realClock,
    });
    // First of all: whoever is connected is sent elsewhere, and comes back there with its cursor.
    closers.add(server);

    const simulated = [
      ...(sandbox ? ['payments (a sandbox; set STRIPE_SECRET_KEY for Stripe)'] : []),
      ...(testClocks ? ['the time (advanceClock moves it; unset BRIM_TEST_CLOCKS for real time)'] : []),
      ...(embedded ? [`the database server (PostgreSQL in ${config.dataDir}; set DATABASE_URL for your own)`] : []),
    ];
    const warnings = warningsOf(config);
    const close = () => {
      for (const each of [database, writer]) each.hurry();
      return closers.close();
    };
    return { url: server.url, developmentKey: key, warnings, simulated, domain, sandbox, close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function stuckTrouble(customers: number): string | undefined {
  if (customers === 0) return undefined;
  const whose = customers === 1 ? 'one customer' : `${customers} customers`;
  return `What is written for ${whose} takes unusually long; others are not affected.`;
}

function openServerOf({ dataDir }: Config, log: Log): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({ dataDir, log: (message) => log.debug(message), report: log });
}
