/** Records purchases that cost nothing, in the transaction that makes their grants. */
import { baseGroup, type Plan } from '../../catalog/types.ts';
import type { Transaction } from '../../database/database.ts';
import type { Effect } from '../../ledger/effect.ts';
import { UnavailableError } from '../../values/errors.ts';
import type { Purchase } from '../model/types.ts';
import * as due from '../tables/ends.ts';
import * as store from '../tables/purchases.ts';
import { countTenures, tenureKey } from '../tables/tenures.ts';

const RECORD = 'purchases.record';

interface Recording {
  readonly purchase: Purchase;
  /** The id of the purchase that it replaces. */
  readonly replaces?: string | undefined;
  /** How often the customer had the plan when this was decided; left out: that does not matter. */
  readonly times?: number | undefined;
}

/** The call of the effect, for a command's list. */
export function recordPurchaseCall(
  purchase: Purchase,
  supposing: Omit<Recording, 'purchase'> = {},
): { readonly name: string; readonly input: Recording } {
  return { name: RECORD, input: { purchase, ...supposing } };
}

/**
 * Records purchases that cost nothing, in the transaction that makes their grants; "done" where a
 * unique index forbids one, or where the purchase that it replaces is not ACTIVE any more.
 */
export const recordPurchasesEffect: Effect<Recording> = {
  name: RECORD,
  async apply(transaction, all, now) {
    const recordings = await stillValid(transaction, all);
    const replaced = recordings.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]));
    const ended = new Set(await due.endPurchases(transaction, replaced, now));
    const free = recordings.filter(({ replaces }) => replaces === undefined || ended.delete(replaces));
    const purchases = free.map(({ purchase }) => purchase);
    const written = await store.insertPurchases(transaction, purchases, null);
    return all.map((recording) => {
      if (!recordings.includes(recording)) return 'done';
      if (written.has(recording.purchase.id)) return 'go';
      // The replaced purchase must not end without its replacement.
      if (recording.replaces !== undefined && free.includes(recording)) throw new UnavailableError(FASTER);
      return 'done';
    });
  },
};

/**
 * Leaves out those whose customer had the plan in between, and those that a customer token may take
 * only once and took before.
 */
async function stillValid(transaction: Transaction, all: readonly Recording[]): Promise<readonly Recording[]> {
  const careful = all.filter(({ purchase, times }) => times !== undefined || purchase.selfServed);
  const tenures = await countTenures(
    transaction,
    careful.map(({ purchase }) => purchase),
  );
  return all.filter(({ purchase, times }) => {
    const had = tenures.get(tenureKey(purchase)) ?? 0;
    return (times === undefined || times === had) && !(purchase.selfServed && had > 0);
  });
}

const FASTER = 'Another attach with the same key was faster. Nothing was done: try again in a moment.';

/** A purchase that costs nothing. It is ACTIVE from the beginning. */
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
    onlyBought: false,
    selfServed: false,
    quantities,
    total: null,
    charged: null,
    subscriptionId: null,
    currentPeriodStart: null,
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    pastDueSince: null,
    graceEndsAt: null,
    checkout: null,
    checkoutId: null,
    checkoutUrl: null,
    processing: false,
    successUrl: null,
    terms: null,
    idempotencyKey: null,
    fingerprint: null,
    failureReason: null,
    byCustomer: false,
    automatic: false,
    paymentAccount: null,
    paymentLive: null,
    createdAt: now,
    settledAt: now,
    endsAt: null,
    endedAt: null,
  };
}
