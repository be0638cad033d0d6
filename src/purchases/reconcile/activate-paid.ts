/**
 * Makes a paid purchase ACTIVE, in the transaction that makes its grants.
 *
 * A base plan replaces another one of its group, as a free one does. Another quantity of a plan
 * that recurs takes the place of the one that the customer has. Where the customer has the same
 * base plan otherwise, only what was bought is added.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import { costsItself, type Plan } from '../../catalog/types.ts';
import { type Database, reading, type Transaction } from '../../database/database.ts';
import type { Effect } from '../../ledger/effect.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { EffectCall, PostingOf } from '../../ledger/model/posting.ts';
import type { Clock } from '../../values/clock.ts';
import { UnavailableError } from '../../values/errors.ts';
import type { Ids } from '../../values/ids.ts';
import type { Money } from '../../values/money.ts';
import { carryOverOf } from '../grants/carry-over.ts';
import { grantsOf } from '../grants/grants.ts';
import { endIncluded } from '../grants/included.ts';
import { limitsOf } from '../grants/limits.ts';
import type { Payment } from '../model/payments.ts';
import { isActivatable } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as activation from '../tables/activation.ts';
import { endPurchases } from '../tables/ends.ts';
import * as store from '../tables/purchases.ts';
import { findTaken, settlePayments } from '../tables/settle-payments.ts';

const ACTIVATE = 'purchases.activate';
const MAX_TURNS = 5;

const FASTER = 'Another change of the plans of this customer was faster. Nothing was done: try again in a moment.';

interface Activation {
  readonly id: string;
  /** The id of the purchase that it replaces: a base plan, or another quantity. */
  readonly replaces?: string;
  /** The id of the purchase by which the customer has the plan. This one buys more of it. */
  readonly moreOf?: string;
  /** What pays for it; left out: nothing is known of that. */
  readonly paid?: Paid;
}

/** What pays for a purchase. */
export interface Paid {
  /** What was charged, with tax and less discounts. */
  readonly charged: Money;
  /** The payment, which is SUCCEEDED from now on; null where nothing had to be paid. */
  readonly payment: Payment | null;
}

/**
 * Makes purchases ACTIVE; "done" where another process was faster, or where a purchase to replace
 * or extend is not ACTIVE any more.
 */
export const activatePurchasesEffect: Effect<Activation> = {
  name: ACTIVATE,
  async apply(transaction, all, now) {
    const open = new Map(
      (
        await activation.lockActivatable(
          transaction,
          all.map(({ id }) => id),
        )
      ).map((each) => [each.id, each.place]),
    );
    const active = await activation.findActive(
      transaction,
      all.flatMap(({ moreOf }) => moreOf ?? []),
    );
    const taken = await findTaken(
      transaction,
      all.flatMap(({ paid }) => paid?.payment ?? []),
    );
    const ready = oneForEachPlace(
      all.filter(
        ({ id, moreOf, paid }) =>
          open.has(id) && (moreOf === undefined || active.has(moreOf)) && !taken.has(paid?.payment?.id ?? ''),
      ),
      open,
    );
    const activated = await replaceAndActivate(transaction, ready, now);
    return all.map((each) => (ready.includes(each) && activated.delete(each.id) ? 'go' : 'done'));
  },
};

/**
 * Of two commands in one batch for the same place or the same purchase, the first goes. The others
 * look again.
 */
function oneForEachPlace(wanted: readonly Activation[], open: ReadonlyMap<string, string | null>): readonly Activation[] {
  const taken = new Set<string>();
  return wanted.filter(({ id, moreOf, replaces }) => {
    const place = moreOf === undefined ? open.get(id) : null;
    const needs = [id, place, replaces].filter((each) => each != null);
    if (needs.some((each) => taken.has(each))) return false;
    for (const each of needs) taken.add(each);
    return true;
  });
}

async function replaceAndActivate(transaction: Transaction, ready: readonly Activation[], now: Date): Promise<Set<string>> {
  const ended = new Set(
    await endPurchases(
      transaction,
      ready.flatMap(({ replaces }) => replaces ?? []),
      now,
    ),
  );
  const free = ready.filter(({ replaces }) => replaces === undefined || ended.has(replaces));
  const activated = await activation.activatePurchases(
    transaction,
    free.map(({ id, moreOf, paid }) => ({ id, isMore: moreOf !== undefined, charged: paid?.charged ?? null })),
    now,
  );
  await settlePayments(
    transaction,
    free.flatMap(({ id, paid }) => (paid?.payment && activated.has(id) ? { ...paid.payment, settledAt: now } : [])),
  );
  // The replaced purchase must not end without its replacement.
  if (free.some(({ id, replaces }) => replaces !== undefined && !activated.has(id))) throw new UnavailableError(FASTER);
  return new Set(activated);
}

export interface ActivatePaidDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly catalog: Pick<Catalog, 'planVersion'>;
}

/** What a recurring purchase gives for its first period, in the transaction that activates it. */
export interface FirstPeriod {
  /** Store the period; they run after the purchase is ACTIVE. */
  readonly effects: readonly EffectCall[];
  /** Give what is paid for the period. `before`: the purchase of the plan whose place it takes. */
  readonly postingsFor: (purchase: Pick<Purchase, 'id' | 'onlyBought'>, before: Purchase | null) => readonly PostingOf<'renew'>[];
}

/**
 * Activates a paid purchase, and records its payment in the same transaction.
 * @returns when it became ACTIVE; null where another process was faster.
 * @throws UnavailableError where other changes of the customer's plans keep coming in;
 * AmountOverflowError where a balance has no room for what it gives.
 */
export async function activatePaid(
  deps: ActivatePaidDeps,
  plan: Plan,
  purchase: Purchase,
  paid: Paid,
  first?: FirstPeriod,
): Promise<Date | null> {
  const { database, clock, ids, ledger } = deps;
  const { id, customerId } = purchase;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const now = clock.now();
    // What recurs takes the place of what recurs of the same plan.
    const same = first ? await reading(() => store.findRecurring(database.client, purchase)) : null;
    const rival = same ?? (await reading(() => store.findActiveBase(database.client, purchase)));
    // A plan that costs something itself was paid again, so the customer gets it again.
    const isMore = !same && rival?.planId === plan.id && !costsItself(plan);
    const ending = rival && !isMore ? await endIncluded(deps, rival, `replaced by the plan ${plan.id}`) : [];
    const back = await carryOverOf(deps, plan, customerId, now);
    const granting = {
      ...purchase,
      onlyBought: purchase.onlyBought || isMore,
      paymentId: paid.payment?.id ?? null,
      isRenewed: first !== undefined,
    };
    const input: Activation = { id, paid, ...(rival ? (isMore ? { moreOf: rival.id } : { replaces: rival.id }) : {}) };
    const period = first?.postingsFor(granting, same) ?? [];
    const takenOver = new Set(same ? period.map(({ featureId }) => featureId) : []);
    // What the plan gives once was given to the purchase whose place this one takes.
    const once = grantsOf(plan, { ...granting, onlyBought: granting.onlyBought || same !== null }, now, ids, back);
    const { applied, entries } = await ledger.post({
      customerId,
      effects: [{ name: ACTIVATE, input }, ...(first?.effects ?? [])],
      postings: [
        ...ending.filter((each) => each.verb !== 'end' || !takenOver.has(each.featureId)),
        ...once,
        ...period,
        ...limitsOf(plan, granting),
      ],
    });
    if (applied) return entries[0]?.recordedAt ?? now;
    const [current] = await reading(() => store.findPurchases(database.client, [id]));
    if (!current || !isActivatable(current)) return null;
  }
  throw new UnavailableError('Other changes of the plans of this customer keep coming in: try again in a moment.');
}
