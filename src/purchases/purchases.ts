import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { planKind } from '../catalog/types.ts';
import { reading } from '../database/database.ts';
import { gather, gatherById, type Load, rowsByKey } from '../database/loader.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DueWork } from '../platform/due-work.ts';
import { type Page, type PageRequest, readFirst, readPlace, toPage, writeCursor } from '../values/page.ts';
import { type AttachDeps, attachPlan, previewAttach } from './attach/attach.ts';
import { openNewestWinsQueue } from './attach/newest-wins-queue.ts';
import { cancelPurchase } from './end/cancel-purchase.ts';
import { endPurchasesEffect } from './end/end-effect.ts';
import { openPeriodEnds } from './end/period-ends.ts';
import { scheduleEndsEffect } from './end/schedule-end.ts';
import { recordPurchasesEffect } from './grants/record-free.ts';
import type { Buyer } from './model/buyer.ts';
import type { ChargeRules } from './model/charge-rules.ts';
import type { Attached, Purchase, PurchaseStatus } from './model/types.ts';
import type { Quote } from './quote/quote.ts';
import { activatePurchasesEffect } from './reconcile/activate-paid.ts';
import { openReconciliation, type Reconciliation } from './reconcile/reconcile.ts';
import { openRefreshOnReturn, type RefreshOnReturn } from './reconcile/refresh-on-return.ts';
import { findBuyers, findHeldPlans } from './tables/held-plans.ts';
import { takeDueChecks } from './tables/provider-checks.ts';
import * as store from './tables/purchases.ts';

/**
 * What attaching a plan means: quote, state machine, reconciliation. Owns the table purchase; knows a payment provider by its port only.
 *
 * A purchase is ACTIVE exactly when its grants exist. One checkout of a customer and plan is open at a time. Nothing is
 * EXPIRED or FAILED before the provider says so, and a payment that comes after all the same still settles.
 */
export interface Purchases extends Reconciliation {
  attach(actor: Actor, input: unknown): Promise<Attached>;
  preview(actor: Actor, input: unknown): Promise<Quote>;
  /** @throws PurchaseNotFoundError, InvalidInputError, UnavailableError. */
  cancel(input: unknown): Promise<Purchase>;
  /** The purchases whose period ends. */
  readonly due: DueWork;
  /** Asks the provider about PENDING purchases whose webhook did not come. @returns how many were asked about. */
  reconcileDue(): Promise<number>;
  /** For who comes back from paying. */
  readonly refreshOnReturn: RefreshOnReturn;
  readonly find: Load<string, Purchase | null>;
  /** Newest first. @throws InvalidInputError. */
  page(
    request: PageRequest & { readonly customerId: string; readonly status?: PurchaseStatus | null | undefined },
  ): Promise<Page<Purchase>>;
  /** What is known of who buys, for offers. */
  readonly buyer: Load<string, Buyer>;
  /** What the payment provider can charge. */
  readonly chargeRules: ChargeRules;
  /** The versions that a customer holds. */
  readonly heldPlans: Load<string, readonly { readonly id: string; readonly version: number }[]>;
}

/** In the order in which a command's run: what ends makes room for what comes. */
export const purchaseEffects = [endPurchasesEffect, scheduleEndsEffect, recordPurchasesEffect, activatePurchasesEffect] as const;

/** So many are asked about in one turn of the reconciler. */
const RECONCILE_AT_ONCE = 20;

export interface PurchasesDeps extends Omit<AttachDeps, 'reconciliation' | 'held' | 'queue'> {
  readonly catalog: AttachDeps['catalog'] & Pick<Catalog, 'plans'>;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly chargeRules: ChargeRules;
}

export function openPurchases(deps: PurchasesDeps): Purchases {
  const { client } = deps.database;
  const reconciliation = openReconciliation(deps);
  const find = gatherById(async (ids) => {
    const found = new Map((await store.findPurchases(client, ids)).map((each) => [each.id, each]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const canceling = { ...deps, reconciliation, find };
  const ends = openPeriodEnds(canceling);
  /** What was read, or what is read again once those of it have ended whose time was over. */
  const current = async <Answer>(
    load: () => Promise<Answer>,
    purchasesIn: (answer: Answer) => Parameters<typeof ends.endOverdue>[0],
  ) => {
    const answer = await load();
    return (await ends.endOverdue(purchasesIn(answer))) ? load() : answer;
  };
  const loadHeld = gather(async (ids: readonly string[]) =>
    rowsByKey(
      ids,
      (id) => id,
      await findHeldPlans(client, ids),
      (row) => row.customerId,
    ),
  );
  const heldPlans = (customerId: string) =>
    current(
      () => loadHeld(customerId),
      (plans) => plans.map(({ purchaseId: id, endsAt }) => ({ id, endsAt, status: 'ACTIVE' })),
    );
  /** A version of the plan that was no base plan stacks: having it is no hindrance. */
  async function held(customerId: string, planId: string): Promise<Purchase | null> {
    const versions = (await heldPlans(customerId)).filter(({ id }) => id === planId);
    for (const version of versions) {
      const plan = await deps.catalog.planVersion(version);
      if (plan && planKind(plan) === 'BASE') return find(version.purchaseId);
    }
    return null;
  }
  const attaching: AttachDeps = { ...deps, reconciliation, held, queue: openNewestWinsQueue() };
  const buyer = gather((customerIds: readonly string[]) => findBuyers(client, customerIds));
  const loadPage = gather((pages: readonly store.PurchasePage[]) => store.findPurchasePages(client, pages));

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

  return {
    ...reconciliation,
    attach: (actor, input) => attachPlan(attaching, actor, input),
    preview: (actor, input) => previewAttach(attaching, actor, input),
    reconcileDue,
    refreshOnReturn: openRefreshOnReturn({ ...deps, reconciliation, find }),
    find: (id) =>
      current(
        () => find(id),
        (purchase) => (purchase ? [purchase] : []),
      ),
    cancel: (input) => cancelPurchase(canceling, input),
    due: ends.due,
    buyer,
    chargeRules: deps.chargeRules,
    page: async ({ first, after, customerId, status }) => {
      const limit = readFirst(first);
      const before = after == null ? null : readPlace(after);
      const ask = { customerId, status: status ?? null, before, limit: limit + 1 };
      const found = await current(
        () => loadPage(ask),
        (purchases) => purchases,
      );
      return toPage(found, limit, after);
    },
    heldPlans,
  };
}

/** The cursor of a purchase in its customer's list. */
export function purchaseCursor(purchase: Purchase): string {
  return writeCursor(purchase.createdAt.toISOString(), purchase.id);
}
