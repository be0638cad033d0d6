import type { Catalog } from '../../catalog/catalog.ts';
import type { Feature } from '../../catalog/types.ts';
import type { Balance, Grant } from '../../ledger/model/types.ts';
import type { AutumnDeps } from '../wire/verb.ts';
import { toFeature } from './feature.ts';
import { toInterval } from './interval.ts';

/**
 * Maps a balance. This wire has no field for what is held: it counts as used until the lock is
 * finalized, so that granted − usage is what remains.
 */
export function toBalance({ featureId, granted, remaining, usage, held, unlimited, nextResetAt }: Balance) {
  return {
    feature_id: featureId,
    granted,
    remaining,
    usage: usage + held,
    unlimited,
    overage_allowed: false,
    max_purchase: null,
    next_reset_at: nextResetAt?.getTime() ?? null,
  };
}

/** Maps a balance with its feature and its open grants. */
export async function toFullBalance(deps: Pick<AutumnDeps, 'catalog' | 'ledger' | 'purchases'>, balance: Balance) {
  const [feature, grants] = await Promise.all([deps.catalog.feature(balance.featureId), deps.ledger.reads.openGrants(balance)]);
  const breakdown = await Promise.all(grants.map(async (grant) => toPart(grant, await planIdOf(deps, grant))));
  return { ...toBalance(balance), feature: toFeature(mustExist(feature, balance.featureId)), breakdown };
}

/**
 * Maps the balances of a use or a check. `balance` is the one that pays: the feature's own, or that
 * of the credits if the feature has none. With several, `balances` has all of them by feature.
 */
export function toBalances(balances: readonly Balance[]) {
  const [own, credits] = balances;
  const hasOwn = own && (own.granted !== 0n || own.remaining !== 0n || own.unlimited);
  const payer = hasOwn ? own : (credits ?? own);
  return {
    balance: payer ? toBalance(payer) : null,
    ...(balances.length > 1 ? { balances: Object.fromEntries(balances.map((each) => [each.featureId, toBalance(each)])) } : {}),
  };
}

/** Features are never deleted. */
function mustExist(feature: Feature | null, id: string): Feature {
  if (!feature) throw new Error(`${id} is named and is not there`);
  return feature;
}

async function planIdOf({ purchases }: Pick<AutumnDeps, 'purchases'>, { purchaseId }: Grant): Promise<string | null> {
  return purchaseId === null ? null : ((await purchases.find(purchaseId))?.planId ?? null);
}

function toPart(grant: Grant, planId: string | null) {
  const { id, origin, granted, remaining, unlimitedUse, unlimited, reset, nextResetAt, expiresAt } = grant;
  const isBought = origin === 'BOUGHT';
  return {
    id,
    plan_id: planId,
    included_grant: isBought ? 0n : granted,
    prepaid_grant: isBought ? granted : 0n,
    remaining,
    usage: granted - remaining + unlimitedUse,
    unlimited,
    reset: { ...toInterval(reset), resets_at: nextResetAt?.getTime() ?? null },
    price: null,
    expires_at: expiresAt?.getTime() ?? null,
  };
}

/** Maps a boolean feature that a customer has. */
export function toFlag(feature: Feature, planId: string | null) {
  return { id: feature.id, plan_id: planId, expires_at: null, feature_id: feature.id, feature: toFeature(feature) };
}

/** The boolean features that plans give, each with the first plan that gives it. */
export async function flagsOf(
  catalog: Pick<Catalog, 'feature'>,
  plans: readonly { readonly id: string; readonly items: readonly { readonly featureId: string }[] }[],
) {
  const given = new Map(plans.toReversed().flatMap((plan) => plan.items.map((item) => [item.featureId, plan.id] as const)));
  const features = await Promise.all([...given.keys()].map(catalog.feature));
  const booleans = features.filter((feature) => feature?.type === 'BOOLEAN');
  return Object.fromEntries(
    booleans.flatMap((feature) => (feature ? [[feature.id, toFlag(feature, given.get(feature.id) ?? null)]] : [])),
  );
}
