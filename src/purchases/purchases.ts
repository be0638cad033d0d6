import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Plan } from '../catalog/types.ts';
import { reading } from '../database.ts';
import type { EffectCall, Posting } from '../ledger/posting.ts';
import { gather, gatherById, type Load, rowsByKey } from '../loader.ts';
import { type Page, type PageRequest, readFirst, readPlace, toPage, writeCursor } from '../page.ts';
import { type AttachDeps, attachPlan, freePurchase, previewAttach, recordPurchase, recordPurchasesEffect } from './attach.ts';
import { grantsOf } from './grants.ts';
import { type Quote, quote } from './quote.ts';
import { openSettlement, type Settlement, type SettlementDeps, settlePurchasesEffect } from './settle.ts';
import * as store from './store.ts';
import type { Purchase, PurchaseStatus } from './types.ts';

/**
 * What attaching a plan means: quote, state machine, settlement. Owns the table purchase; knows a payment provider by its port only.
 *
 * A purchase is ACTIVE exactly when its grants exist. One checkout of a customer and plan is open at a time. Nothing is
 * EXPIRED or FAILED before the provider says so, and a payment that comes after all the same still settles.
 */
export interface Purchases extends Settlement {
  attach(actor: Actor, input: unknown): Promise<Purchase>;
  preview(actor: Actor, input: unknown): Promise<Quote>;
  /** Asks the provider about PENDING purchases whose webhook did not come. @returns how many were asked about. */
  reconcileDue(): Promise<number>;
  readonly find: Load<string, Purchase | null>;
  /** Newest first. @throws InvalidInputError. */
  page(
    request: PageRequest & { readonly customerId: string; readonly status?: PurchaseStatus | null | undefined },
  ): Promise<Page<Purchase>>;
  /** The versions that a customer holds. */
  readonly heldPlans: Load<string, readonly { readonly id: string; readonly version: number }[]>;
}

export const purchaseEffects = [recordPurchasesEffect, settlePurchasesEffect] as const;

/** So many are asked about in one turn of the reconciler. */
const RECONCILE_AT_ONCE = 20;

export function openPurchases(deps: Omit<AttachDeps, 'settlement'> & SettlementDeps): Purchases {
  const { client } = deps.database;
  const settlement = openSettlement(deps);
  const attaching: AttachDeps = { ...deps, settlement };
  const loadPage = gather((pages: readonly store.PurchasePage[]) => store.findPurchasePages(client, pages));

  async function reconcileDue(): Promise<number> {
    const due = await reading(() => store.takeDue(client, deps.clock.now(), RECONCILE_AT_ONCE));
    await Promise.all(
      due.map((purchaseId) =>
        settlement.settle(purchaseId).catch((error: unknown) => {
          deps.log.warn({ err: error, purchaseId }, 'purchases: the provider could not be asked; it will be asked again');
        }),
      ),
    );
    return due.length;
  }

  return {
    ...settlement,
    attach: (actor, input) => attachPlan(attaching, actor, input),
    preview: (actor, input) => previewAttach(attaching, actor, input),
    reconcileDue,
    find: gatherById(async (ids) => {
      const found = new Map((await store.findPurchases(client, ids)).map((each) => [each.id, each]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    page: async ({ first, after, customerId, status }) => {
      const limit = readFirst(first);
      const before = after == null ? null : readPlace(after);
      return toPage(await loadPage({ customerId, status: status ?? null, before, limit: limit + 1 }), limit, after);
    },
    heldPlans: gather(async (ids) =>
      rowsByKey(
        ids,
        (id) => id,
        await store.findHeldPlans(client, ids),
        (row) => row.customerId,
      ),
    ),
  };
}

/** What a new customer gets by itself: a purchase of each plan that is attached to everybody, and its grants. */
export async function welcome(
  { catalog, ids, clock }: Pick<AttachDeps, 'ids' | 'clock'> & { readonly catalog: Pick<Catalog, 'plans'> },
  customerId: string,
): Promise<{ effects: readonly EffectCall[]; postings: readonly Posting[] }> {
  const now = clock.now();
  const plans = (await catalog.plans({ includeArchived: false })).filter((plan) => plan.autoEnable);
  const gifts = plans.map((plan: Plan) => {
    const purchase = freePurchase(ids.next('purchase'), customerId, plan, quote(plan, [], (id) => id).quantities, now);
    return { purchase, postings: grantsOf(plan, purchase, now, ids) };
  });
  return { effects: gifts.map(({ purchase }) => recordPurchase(purchase)), postings: gifts.flatMap(({ postings }) => postings) };
}

/** The cursor of a purchase in its customer's list. */
export function purchaseCursor(purchase: Purchase): string {
  return writeCursor(purchase.createdAt.toISOString(), purchase.id);
}
