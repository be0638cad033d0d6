import { compareBurnDown } from './burn-down.ts';
import type { Balance, BalanceNumbers, Grant } from './types.ts';

/**
 * What the rules know of one account: its last sequence number, and the balances and open grants of the features that
 * a batch touches. Immutable: a rule answers with the next one.
 */
export interface AccountState {
  readonly customerId: string;
  /** The number of the last entry. */
  readonly sequence: bigint;
  /** The earliest instant at which time itself changes a balance. May be early, never late. */
  readonly nextDueAt: Date | null;
  readonly pools: ReadonlyMap<string, Pool>;
}

/** One balance and the open grants under it, in burn-down order. */
export interface Pool {
  readonly balance: Balance;
  readonly grants: readonly Grant[];
}

export const NOTHING: BalanceNumbers = {
  granted: 0n,
  remaining: 0n,
  held: 0n,
  usage: 0n,
  unlimited: false,
  nextResetAt: null,
  nextExpiryAt: null,
};

/** The balance of a feature that was never granted or used. */
export function emptyBalance(customerId: string, featureId: string): Balance {
  return { ...NOTHING, customerId, featureId, version: 0n };
}

export function poolOf(state: AccountState, featureId: string): Pool {
  return state.pools.get(featureId) ?? { balance: emptyBalance(state.customerId, featureId), grants: [] };
}

/**
 * True for a grant that a later movement can touch without naming it: the writer loads these and no others, so that
 * a customer with a thousand used-up top-ups is tracked as fast as a new one.
 */
export function isOpen(grant: Grant): boolean {
  return grant.remaining !== 0n || grant.held !== 0n || grant.unlimited || grant.reset !== null;
}

export function inBurnDownOrder(grants: readonly Grant[]): readonly Grant[] {
  return [...grants].sort(compareBurnDown);
}

/** The instants and the flag of a balance, which its open grants decide. */
export function momentsOf(grants: readonly Grant[]): Pick<BalanceNumbers, 'unlimited' | 'nextResetAt' | 'nextExpiryAt'> {
  const open = grants.filter(isOpen);
  return {
    unlimited: open.some((grant) => grant.unlimited),
    nextResetAt: earliest(open.map((grant) => grant.nextResetAt)),
    nextExpiryAt: earliest(open.map((grant) => grant.expiresAt)),
  };
}

export function earliest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((soonest, instant) => (instant && (!soonest || instant < soonest) ? instant : soonest), null);
}
