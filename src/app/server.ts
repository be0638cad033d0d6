/** Opens the server with the schema and the table of routes. */
import path from 'node:path';
import type { Context, Domain } from '../../schema/context.ts';
import { toSubgraph } from '../../schema/federation.ts';
import { schema as ownSchema } from '../../schema/index.ts';
import type { Actor } from '../access/actor.ts';
import type { Budgets } from '../access/budgets.ts';
import { madeByOf } from '../access/made-by.ts';
import { AUTUMN_PATH, openAutumn } from '../autumn/autumn.ts';
import { toErrorBody } from '../autumn/wire/error-response.ts';
import type { Config } from '../config/config.ts';
import { isPrivate } from '../config/warnings.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import { PACKAGE_FOLDER } from '../platform/package-folder.ts';
import { openCustomerExport } from '../privacy/export.ts';
import { cancelUrlOf, successUrlOf } from '../purchases/attach/return-url.ts';
import type { Purchase } from '../purchases/model/types.ts';
import { openTrustedDocuments } from '../server/graphql/trusted-documents.ts';
import { checkoutCancel, checkoutReturn } from '../server/http/checkout-return.ts';
import { openConsole } from '../server/http/console.ts';
import { openHosts } from '../server/http/hosts.ts';
import type { Route } from '../server/http/routes.ts';
import { openServer, type RunningServer, type ServerOptions } from '../server/server.ts';
import type { Payments } from '../stripe/payments.ts';
import type { Time } from '../time/time.ts';
import type { Clock } from '../values/clock.ts';

export interface AppServerDeps extends Pick<ServerOptions, 'isDatabaseReady'> {
  readonly config: Config;
  readonly domain: Domain;
  readonly database: Pick<Database, 'statements' | 'reports'>;
  readonly time: Time;
  readonly payments: Payments;
  readonly budgets: Budgets;
  /** The secret key that this start made; undefined where the configuration gave one. */
  readonly developmentKey: string | undefined;
  /** Never moved. Tokens, sockets and budgets go by it. */
  readonly clock: Clock;
  readonly problems: NonNullable<ServerOptions['problems']>;
  readonly log: Log;
}

export async function openAppServer(deps: AppServerDeps): Promise<RunningServer> {
  const { config, domain, time, budgets, developmentKey, isDatabaseReady, problems, clock, log } = deps;
  const schema = config.federation ? toSubgraph(ownSchema) : ownSchema;
  const contextFor = (actor: Actor, requestId: string) =>
    ({ ...domain, actor, requestId, madeBy: madeByOf(actor, requestId) }) satisfies Context;
  /** In the pages that only this machine can reach. */
  const shownKey = isPrivate(config) ? developmentKey : undefined;
  return openServer({
    ...config,
    schema,
    access: domain.access,
    budgets,
    guaranteedFields: ['track', 'check'],
    trustedDocuments: await openTrustedDocuments(trustedFilesOf(config), { schema, log }),
    limits: config.maxConnections === undefined ? {} : { processMaxConnections: config.maxConnections },
    contextFor: time.sync ? time.synced(async (...of: Parameters<typeof contextFor>) => contextFor(...of)) : contextFor,
    developmentKey: shownKey,
    hosts: config.environment === 'development' ? openHosts(config) : undefined,
    routes: [
      ...routesOf(deps),
      ...(config.console ? openConsole({ developmentKey: shownKey }) : []),
      ...(config.environment === 'development' ? await demoRoutes(deps) : []),
    ],
    isDatabaseReady,
    problems,
    log,
    clock,
  });
}

/** With those of the console, where there is one: else it could ask nothing. */
function trustedFilesOf({ trustedDocuments, console: hasConsole }: Config): Config['trustedDocuments'] {
  if (!trustedDocuments || !hasConsole) return trustedDocuments;
  return { ...trustedDocuments, files: [...trustedDocuments.files, path.join(PACKAGE_FOLDER, 'dist/console/trusted.json')] };
}

function routesOf({ domain, database, time, payments, budgets, log }: AppServerDeps): readonly Route[] {
  const { purchases, clock } = domain;
  const { sandbox } = payments;
  const autumn = openAutumn({ ...domain, budgets, environment: sandbox ? 'sandbox' : 'live' });
  const returning = {
    refreshOnReturn: time.synced(purchases.refreshOnReturn),
    find: purchases.find,
    successUrlOf: (purchase: Purchase) => successUrlOf(purchase, clock.now()),
    cancelUrlOf: (purchase: Purchase) => cancelUrlOf(purchase, clock.now()),
    log,
  };
  return [
    {
      method: 'POST',
      path: '/webhooks/stripe',
      handle: payments.webhook({
        checkout: time.synced(purchases.reconcileCheckout),
        subscription: time.synced(purchases.reconcileSubscription),
        invoice: time.synced(purchases.reconcileSubscription),
        charge: time.synced(purchases.reconcileCharge),
        returned: time.synced(purchases.returns.reconcileReturned),
        blocked: time.synced(purchases.returns.noteBlocked),
      }),
    },
    { method: 'POST', path: AUTUMN_PATH, handle: time.synced(autumn), formatError: toErrorBody, tellsOperations: true },
    {
      method: 'GET',
      path: '/customers/:customerId/export',
      handle: time.synced(openCustomerExport({ access: domain.access, budgets, database })),
    },
    checkoutReturn(returning),
    checkoutCancel(returning),
    ...(sandbox
      ? (['GET', 'POST', 'DELETE'] as const).map((method) => ({ method, path: '/sandbox/*', handle: sandbox.handle }))
      : []),
  ];
}

/** The demo's modules are loaded only here, so in production never. */
async function demoRoutes({ domain, time }: AppServerDeps): Promise<readonly Route[]> {
  const { openDemo } = await import('../demo/server/demo.ts');
  return openDemo(domain).map((route) => ({ ...route, handle: time.synced(route.handle) }));
}
