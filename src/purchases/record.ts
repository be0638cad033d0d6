import { baseGroup, type Plan } from '../catalog/types.ts';
import { UnavailableError } from '../errors.ts';
import type { Effect } from '../ledger/effect.ts';
import * as due from './due/store.ts';
import * as store from './store.ts';
import type { Purchase } from './types.ts';

/** How a purchase that costs nothing comes to be: in the ledger's transaction, with its grants. */

const RECORD = 'purchases.record';

interface Recording {
  readonly purchase: Purchase;
  /** The id of the purchase whose place it takes. */
  readonly replaces: string | undefined;
}

/** The call that records a purchase in the ledger's transaction. */
export function recordPurchase(purchase: Purchase, replaces?: string): { name: string; input: Recording } {
  return { name: RECORD, input: { purchase, replaces } };
}

/**
 * Records purchases that cost nothing, in the transaction that makes their grants; "done" where an index forbids one, or where
 * the one that it replaces is not there any more.
 */
export const recordPurchasesEffect: Effect<Recording> = {
  name: RECORD,
  async apply(transaction, recordings, now) {
    const replaced = recordings.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]));
    const ended = new Set(await due.endPurchases(transaction, replaced, now));
    const free = recordings.filter(({ replaces }) => replaces === undefined || ended.delete(replaces));
    const purchases = free.map(({ purchase }) => purchase);
    const written = await store.insertPurchases(transaction, purchases, null);
    return recordings.map((recording) => {
      if (written.has(recording.purchase.id)) return 'go';
      // What it would have replaced must not end without it.
      if (recording.replaces !== undefined && free.includes(recording)) throw new UnavailableError(FASTER);
      return 'done';
    });
  },
};

const FASTER = 'Another attach with the same key was faster. Nothing was done: try again in a moment.';

/** A purchase that costs nothing: ACTIVE from its first moment. */
export function freePurchase(
  id: string,
  customerId: string,
  plan: Plan,
  quantities: Purchase['quantities'],
  now: Date,
): Purchase {
  return {
    id,
    customerId,
    planId: plan.id,
    planVersion: plan.version,
    status: 'ACTIVE',
    revision: 1,
    baseGroup: baseGroup(plan),
    selfServed: false,
    quantities,
    total: null,
    checkout: null,
    checkoutId: null,
    checkoutUrl: null,
    processing: false,
    successUrl: null,
    terms: null,
    idempotencyKey: null,
    fingerprint: null,
    failureReason: null,
    createdAt: now,
    settledAt: now,
    endsAt: null,
    endedAt: null,
  };
}
