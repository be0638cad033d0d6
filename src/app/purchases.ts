/**
 * Opens what sells plans: the catalog, the customers, the payment provider, and the purchases with
 * their reconciler.
 */
import { type Catalog, openCatalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { type Customers, openCustomers } from '../customers/customers.ts';
import type { Database } from '../database/database.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../platform/log.ts';
import type { Closers } from '../platform/shutdown.ts';
import { isBeingErased } from '../privacy/erasure.ts';
import { plansForNewCustomer } from '../purchases/grants/auto-enabled-plans.ts';
import { openPurchases, type Purchases } from '../purchases/purchases.ts';
import { problemsWithCharges } from '../purchases/quote/sellable.ts';
import { startReconciler } from '../purchases/reconciler.ts';
import { openPayments, type Payments } from '../stripe/payments.ts';
import { stripeChargeRules } from '../stripe/wire/charge-rules.ts';
import { stripeIntervalRule } from '../stripe/wire/recurring.ts';
import type { Clock } from '../values/clock.ts';
import type { Ids } from '../values/ids.ts';
import { openOriginPatterns } from '../values/origin.ts';

export interface PurchasesDeps {
  readonly config: Config;
  readonly database: Database;
  readonly ledger: Ledger;
  /** Moved by tests. */
  readonly clock: Clock;
  /** Never moved. The payment provider goes by it. */
  readonly realClock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The URL at which this process listens; known once the server is open. */
  readonly localUrl: () => string;
  readonly sandboxDelivery: 'immediate' | 'held' | undefined;
  readonly closers: Closers;
}

export async function openPurchasesWithPayments(deps: PurchasesDeps): Promise<{
  readonly catalog: Catalog;
  readonly customers: Customers;
  readonly payments: Payments;
  readonly purchases: Purchases;
}> {
  const { config, database, ledger, clock, realClock, ids, log, localUrl, sandboxDelivery, closers } = deps;
  const chargeRules = stripeChargeRules;
  const catalog = openCatalog({
    database,
    clock,
    problemsWithCharges: (terms) => problemsWithCharges(terms, chargeRules, stripeIntervalRule),
  });
  const customers = openCustomers({
    database,
    clock,
    ledger,
    isBeingErased: (customerId) => isBeingErased(database, customerId),
    plansForNewCustomer: (customerId) => plansForNewCustomer({ catalog, ids, clock }, customerId),
    onChanged: () => void payments.provider.sendCustomerChanges(),
  });

  const address = { local: localUrl, public: () => config.publicUrl ?? localUrl() };
  const payments = closers.add(await openPayments({ database, clock: realClock, log, config, address, sandboxDelivery }));
  const { provider, installationId } = payments;
  const purchases = openPurchases({
    ...{ database, clock, ids, log, ledger, catalog, customers, provider, chargeRules, installationId },
    returnUrl: (purchaseId) => `${address.public()}/checkout/return/${purchaseId}`,
    canceledUrl: (purchaseId) => `${address.public()}/checkout/cancel/${purchaseId}`,
    returnRules: {
      isNamed: openOriginPatterns([...config.corsOrigins, ...config.returnOrigins]),
      isOwn: (origin) => origin === new URL(address.public()).origin,
      // The configuration refuses an http PUBLIC_URL in production unless the operator allows it.
      allowsPlainHttp: config.environment === 'development' || (config.publicUrl?.startsWith('http:') ?? false),
    },
  });
  closers.add(startReconciler({ purchases, sendCustomerChanges: provider.sendCustomerChanges, log }));
  return { catalog, customers, payments, purchases };
}
