import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { planKind } from '../catalog/types.ts';
import { reading } from '../database/database.ts';
import { gather, gatherById, type Load, rowsByKey } from '../database/loader.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DueWork } from '../platform/due-work.ts';
import { writeCursor } from '../values/cursors.ts';
import { type CustomerFilter, type CustomerPage, type CustomerPageRequest, countOf, pageOf } from '../values/customer-page.ts';
import { isStorableText } from '../values/input.ts';
import type { Page } from '../values/page.ts';
import { type AttachDeps, type AttachPreview, attachPlan, previewAttach } from './attach/attach.ts';
import { openSharedCharges } from './attach/attach-charged.ts';
import { openNewestWinsQueue } from './attach/newest-wins-queue.ts';
import { openPortal } from './attach/open-portal.ts';
import { openSetup } from './attach/open-setup.ts';
import { openPortalBudget } from './attach/portal-budget.ts';
import { openCharges } from './charge/charges.ts';
import { cancelAs } from './end/cancel-own.ts';
import { cancelPurchase } from './end/cancel-purchase.ts';
import { endPurchasesEffect } from './end/end-effect.ts';
import { openPeriodEnds } from './end/period-ends.ts';
import { resumePurchase } from './end/resume-purchase.ts';
import { scheduleEndsEffect } from './end/schedule-end.ts';
import { recordPurchasesEffect } from './grants/record-free.ts';
import type { Buyer } from './model/buyer.ts';
import type { ChargeRules } from './model/charge-rules.ts';
import type { ChargeHint } from './model/provider-charges.ts';
import type { SavedMethod } from './model/provider-methods.ts';
import type { Attached, Purchase, PurchaseStatus } from './model/types.ts';
import { openPaymentReads, type PaymentReads } from './payments.ts';
import { acceptPayment } from './reconcile/accept-payment.ts';
import { activatePurchasesEffect } from './reconcile/activate-paid.ts';
import { type HintOutcome, openReconciliation, type Reconciliation } from './reconcile/reconcile.ts';
import { openRefreshOnReturn, type RefreshOnReturn } from './reconcile/refresh-on-return.ts';
import { pastDueEffect } from './renewals/past-due.ts';
import { beginPeriodsEffect, renewPurchasesEffect } from './renewals/renew-effect.ts';
import { openRenewals, type Renewals } from './renewals/renewals.ts';
import { openReturns, type PurchaseReturns } from './returns/returns.ts';
import { recordReturnsEffect } from './returns/returns-effect.ts';
import { findActivePlans, findBuyers } from './tables/active-plans.ts';
import { countPages } from './tables/pages.ts';
import { takeDueChecks } from './tables/provider-checks.ts';
import * as store from './tables/purchases.ts';

/**
 * Purchases: what attaching a plan costs and gives, how it is paid, and how it ends. Owns the table
 * purchase, and knows a payment provider by its port only.
 *
 * A purchase is ACTIVE exactly when its grants exist. One checkout of a customer and plan is open
 * at a time. A purchase becomes EXPIRED or FAILED only after the provider says so, and a payment
 * that arrives later still activates it.
 */
export interface Purchases extends Reconciliation, Pick<Renewals, 'reconcileSubscription'> {
  attach(actor: Actor, input: unknown): Promise<Attached>;
  /** The same by Brim itself: the purchase is marked automatic. */
  attachAutomatically(input: unknown): Promise<Attached>;
  preview(actor: Actor, input: unknown): Promise<AttachPreview>;
  /**
   * Opens the provider's page for a customer. @returns its address. @throws CustomerNotFoundError,
   * InvalidInputError, PortalRefusedError, RateLimitedError, UnavailableError.
   */
  openPortal(actor: Actor, input: unknown): Promise<string>;
  /** Opens the provider's page on which a customer saves a payment method. As `openPortal`. */
  openSetup(actor: Actor, input: unknown): Promise<string>;
  /** @throws PurchaseNotFoundError, InvalidInputError, UnavailableError. */
  cancel(input: unknown): Promise<Purchase>;
  /** The same, where the actor may. @throws as `cancel` does. */
  cancelAs(actor: Actor, input: unknown): Promise<Purchase>;
  /** @throws PurchaseNotFoundError, InvalidInputError, UnavailableError. */
  acceptPayment(input: unknown): Promise<Purchase>;
  /** Takes back a cancel at the end of the period. @throws as `cancel` does. */
  resume(input: unknown): Promise<Purchase>;
  /** Ends purchases whose period is over, at its instant. */
  readonly due: DueWork;
  /**
   * Asks the provider about PENDING purchases whose webhook did not come. @returns how many it
   * asked about.
   */
  reconcileDue(): Promise<number>;
  /** Reads the charge that a provider's event names, and agrees with it. */
  reconcileCharge(hint: ChargeHint): Promise<HintOutcome>;
  /** For the return page: asks the provider about the purchase of a customer who comes back. */
  readonly refreshOnReturn: RefreshOnReturn;
  readonly find: Load<string, Purchase | null>;
  /** Their payments, refunds and disputes. */
  readonly payments: PaymentReads;
  /** The payment method that a customer has saved; null where there is none. */
  readonly savedMethod: Load<string, SavedMethod | null>;
  /** Refunds and disputes. */
  readonly returns: PurchaseReturns;
  /** Newest first. @throws InvalidInputError. */
  page(request: CustomerPageRequest<PurchaseStatus>): Promise<Page<Purchase>>;
  /** How many purchases `page` gives on all pages; null where they are too many to count. */
  count(request: CustomerPageRequest<PurchaseStatus>): Promise<number | null>;
  /** What is known of a customer who may buy, for offers. */
  readonly buyer: Load<string, Buyer>;
  /** What the payment provider can charge. */
  readonly chargeRules: ChargeRules;
  /** The versions of plans that a customer has. */
  readonly activePlans: Load<string, readonly { readonly id: string; readonly version: number }[]>;
}

/** In the order in which they run in one command: purchases end before others take their place. */
export const purchaseEffects = [
  recordReturnsEffect,
  endPurchasesEffect,
  scheduleEndsEffect,
  recordPurchasesEffect,
  activatePurchasesEffect,
  beginPeriodsEffect,
  renewPurchasesEffect,
  pastDueEffect,
] as const;

/** How many purchases one turn of the reconciler asks about. */
const RECONCILE_AT_ONCE = 20;

export interface PurchasesDeps
  extends Omit<AttachDeps, 'reconciliation' | 'findBasePurchase' | 'findRecurring' | 'queue' | 'shared' | 'followSubscription'> {
  readonly catalog: AttachDeps['catalog'] & Pick<Catalog, 'plans'>;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly chargeRules: ChargeRules;
}

export function openPurchases(deps: PurchasesDeps): Purchases {
  const { client } = deps.database;
  const renewals = openRenewals(deps);
  const charges = openCharges({ ...deps, followSubscription: renewals.followSubscription });
  const { finishCharge } = charges;
  const reconciliation = openReconciliation({ ...deps, readAndFollow: renewals.readAndFollow, finishCharge });
  const find = gatherById((ids) => store.findPurchases(client, ids));
  const canceling = { ...deps, reconciliation, find, followSubscription: renewals.followSubscription };
  const payments = openPaymentReads(deps.database);
  const portal = { ...deps, budget: openPortalBudget(deps.clock) };
  const ends = openPeriodEnds(canceling);
  /** Reads purchases, and reads them again where some of them were overdue and had to end first. */
  const current = async <Answer>(
    load: () => Promise<Answer>,
    purchasesIn: (answer: Answer) => Parameters<typeof ends.endOverdue>[0],
  ) => {
    const answer = await load();
    return (await ends.endOverdue(purchasesIn(answer))) ? load() : answer;
  };
  const loadActivePlans = gather(async (ids: readonly string[]) =>
    rowsByKey(
      ids,
      (id) => id,
      await findActivePlans(client, ids),
      (row) => row.customerId,
    ),
  );
  const activePlans = (customerId: string) =>
    current(
      () => loadActivePlans(customerId),
      (plans) => plans.map(({ purchaseId: id, endsAt }) => ({ id, endsAt, status: 'ACTIVE' })),
    );
  /**
   * Other versions of a plan may have been no base plan. They stack, so having one does not count.
   */
  async function findBasePurchase(customerId: string, planId: string): Promise<Purchase | null> {
    const versions = (await activePlans(customerId)).filter(({ id }) => id === planId);
    for (const version of versions) {
      const plan = await deps.catalog.planVersion(version);
      if (plan && planKind(plan) === 'BASE') return find(version.purchaseId);
    }
    return null;
  }
  const attaching: AttachDeps = {
    ...deps,
    reconciliation,
    followSubscription: renewals.followSubscription,
    findBasePurchase,
    findRecurring: (customerId, planId) => reading(() => store.findRecurring(client, { customerId, planId })),
    queue: openNewestWinsQueue(),
    shared: openSharedCharges(),
  };
  const buyer = gather((customerIds: readonly string[]) => findBuyers(client, customerIds));
  const loadPage = gather((pages: readonly CustomerPage<PurchaseStatus>[]) => store.findPurchasePages(client, pages));
  const loadCount = gather((filters: readonly CustomerFilter<PurchaseStatus>[]) => countPages(client, store.PURCHASES, filters));

  async function reconcileDue(): Promise<number> {
    const due = await reading(() => takeDueChecks(client, deps.clock.now(), RECONCILE_AT_ONCE));
    await Promise.all(
      due.map((purchaseId) =>
        reconciliation.reconcile(purchaseId).catch((error: unknown) => {
          deps.log.warn({ err: error, purchaseId }, 'purchases: the provider could not be asked; it will be asked again');
        }),
      ),
    );
    return due.length;
  }

  async function reconcileCharge(hint: ChargeHint): Promise<HintOutcome> {
    const outcome = await charges.reconcileCharge(hint);
    // A purchase whose charge was declined gets a page.
    if (outcome === 'reconciled' && hint.purchaseId !== null) await reconciliation.reconcile(hint.purchaseId);
    return outcome;
  }

  return {
    ...reconciliation,
    reconcileCharge,
    reconcileSubscription: renewals.reconcileSubscription,
    attach: (actor, input) => attachPlan(attaching, actor, input),
    attachAutomatically: (input) => attachPlan({ ...attaching, automatic: true }, { kind: 'app' }, input),
    preview: (actor, input) => previewAttach(attaching, actor, input),
    openPortal: (actor, input) => openPortal(portal, actor, input),
    openSetup: (actor, input) => openSetup({ ...portal, buyer }, actor, input),
    reconcileDue,
    refreshOnReturn: openRefreshOnReturn({ ...deps, reconciliation, find }),
    find: (id) =>
      current(
        () => find(id),
        (purchase) => (purchase ? [purchase] : []),
      ),
    payments,
    savedMethod: async (customerId) => (isStorableText(customerId) ? deps.provider.savedMethod(customerId) : null),
    returns: openReturns({ ...canceling, findRefund: payments.refund }),
    cancel: (input) => cancelPurchase(canceling, input),
    cancelAs: (actor, input) => cancelAs(canceling, actor, input),
    acceptPayment: (input) => acceptPayment({ database: deps.database, reconciliation, find }, input),
    resume: (input) => resumePurchase(canceling, input),
    due: ends.due,
    buyer,
    chargeRules: deps.chargeRules,
    page: (request) =>
      pageOf(request, (page) =>
        current(
          () => loadPage(page),
          (purchases) => purchases,
        ),
      ),
    count: (request) => countOf(request, loadCount),
    activePlans,
  };
}

/** The cursor of a purchase in its customer's list. */
export function purchaseCursor(purchase: Purchase): string {
  return writeCursor(purchase.createdAt.toISOString(), purchase.id);
}
