import { chargesOf, type Plan, planKind } from '../../catalog/types.ts';
import type { Customer } from '../../customers/customers.ts';
import { HELD_STATUSES } from '../../purchases/model/transitions.ts';
import type { Purchase, PurchaseStatus } from '../../purchases/model/types.ts';
import { purchaseCursor } from '../../purchases/purchases.ts';
import type { AutumnDeps } from '../wire/verb.ts';
import { flagsOf, toFullBalance } from './balance.ts';
import { toPlan } from './plan.ts';

/**
 * Maps a customer with everything it has.
 * @param withPlans gives each subscription and purchase its plan in full.
 */
export async function toCustomer(deps: AutumnDeps, customer: Customer, withPlans: boolean) {
  const { id, name, email, metadata, createdAt } = customer;
  const [balances, held] = await Promise.all([deps.ledger.reads.balancesOf(id), findHeld(deps, id)]);
  const shown = await Promise.all(balances.map((balance) => toFullBalance(deps, balance)));
  const planOf = ({ plan }: Held) => (withPlans ? { plan: toPlan(plan, deps.environment) } : {});
  return {
    id,
    name,
    email,
    created_at: createdAt.getTime(),
    fingerprint: null,
    stripe_id: null,
    env: deps.environment,
    metadata,
    send_email_receipts: false,
    billing_controls: {},
    subscriptions: held.filter((each) => !isSold(each)).map((each) => ({ ...toSubscription(each), ...planOf(each) })),
    purchases: groupByPlan(held.filter(isSold)).map((each) => ({
      ...toBought(each),
      ...planOf(each.newest),
    })),
    licenses: [],
    balances: Object.fromEntries(shown.map((balance) => [balance.feature_id, balance])),
    flags: await flagsOf(
      deps.catalog,
      held.flatMap(({ plan, purchase }) => (purchase.onlyBought ? [] : [plan])),
    ),
  };
}

export interface Held {
  readonly purchase: Purchase;
  readonly plan: Plan;
}

const PAGE = 100;

/** The plans that a customer has, the newest first. */
export async function findHeld({ purchases, catalog }: AutumnDeps, customerId: string): Promise<readonly Held[]> {
  const held = await findAll(purchases, customerId, HELD_STATUSES);
  const plans = await Promise.all(held.map(({ planId: id, planVersion: version }) => catalog.planVersion({ id, version })));
  return held.flatMap((purchase, index) => {
    const plan = plans[index];
    return plan ? [{ purchase, plan }] : [];
  });
}

async function findAll(purchases: AutumnDeps['purchases'], customerId: string, statuses: readonly PurchaseStatus[]) {
  const found: Purchase[] = [];
  let hasMore = true;
  while (hasMore) {
    const last = found.at(-1);
    const page = await purchases.page({ customerId, statuses, first: PAGE, after: last && purchaseCursor(last) });
    found.push(...page.nodes);
    hasMore = page.hasNextPage;
  }
  return found;
}

/**
 * True for a purchase on this wire: a plan that is bought once, or more of one. Other plans are
 * subscriptions, even if they sell; so is all that is paid again and again.
 */
export function isSold({ plan, purchase }: Held): boolean {
  if (purchase.subscriptionId !== null) return false;
  return purchase.onlyBought || (planKind(plan) !== 'BASE' && chargesOf(plan).length > 0);
}

function toSubscription({ purchase, plan }: Held) {
  return {
    id: purchase.id,
    plan_id: plan.id,
    auto_enable: plan.autoEnable,
    add_on: plan.addOn,
    status: 'active',
    past_due: purchase.status === 'PAST_DUE',
    canceled_at: purchase.canceledAt?.getTime() ?? null,
    expires_at: purchase.endsAt?.getTime() ?? null,
    trial_ends_at: null,
    started_at: startOf(purchase),
    current_period_start: purchase.currentPeriodStart?.getTime() ?? null,
    current_period_end: (purchase.currentPeriodEnd ?? purchase.endsAt)?.getTime() ?? null,
    quantity: 1,
  };
}

interface Bought {
  readonly newest: Held;
  readonly oldest: Held;
  readonly times: number;
}

/** Groups purchases by plan and counts them, because a customer may have hundreds of top-ups. */
function groupByPlan(newestFirst: readonly Held[]): readonly Bought[] {
  const groups = new Map<string, Bought>();
  for (const each of newestFirst) {
    const { newest = each, times = 0 } = groups.get(each.plan.id) ?? {};
    groups.set(each.plan.id, { newest, oldest: each, times: times + 1 });
  }
  return [...groups.values()];
}

function toBought({ newest, oldest, times }: Bought) {
  return {
    plan_id: newest.plan.id,
    expires_at: newest.purchase.endsAt?.getTime() ?? null,
    started_at: startOf(oldest.purchase),
    quantity: times,
  };
}

function startOf({ settledAt, createdAt }: Purchase): number {
  return (settledAt ?? createdAt).getTime();
}
