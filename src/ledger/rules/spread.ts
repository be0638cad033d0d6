import { type Decimal, divideDown, fits, larger, multiplyUp } from '../../values/decimal.ts';
import { type AccountState, poolOf } from '../model/account-state.ts';
import { AmountOverflowError } from '../model/errors.ts';
import type { Balance, Credit, Portion } from '../model/types.ts';
import { pick } from './pick.ts';

/**
 * Which balances pay for a use: the feature's own first, then the credit systems in their order,
 * each as far as its credits go. credits = units × cost, rounded up at the last place; affordable
 * units = credits ÷ cost, rounded down.
 */
export interface Spread {
  /** Always the own share, then one share for each credit system that pays something. */
  readonly shares: readonly Share[];
  /** Units that no balance can pay for. */
  readonly missing: Decimal;
}

export interface Share {
  readonly featureId: string;
  /** What one unit costs in credits; null for the own share. */
  readonly cost: Decimal | null;
  /** How many units it pays for. */
  readonly units: Decimal;
  /** What was asked of this balance, in its own units. */
  readonly asked: Decimal;
  /** What this balance pays, in its own units. */
  readonly paid: Decimal;
  readonly portions: readonly Portion[];
  /** What no grant covers. It goes onto the overdraft. */
  readonly overdrawn: Decimal;
}

/** @param overdraws the feature whose balance takes what is missing. Left out: none. */
export function spread(
  state: AccountState,
  featureId: string,
  amount: Decimal,
  credits: readonly Credit[],
  overdraws?: string,
): Spread {
  const shares: Share[] = [];
  let missing = amount;
  for (const payer of [{ featureId, cost: null }, ...credits]) {
    const share = shareOf(state, payer, missing, payer.featureId === overdraws);
    if (share.units === 0n && payer.cost !== null) continue;
    shares.push(share);
    missing -= share.units;
    if (missing === 0n) break;
  }
  return { shares, missing };
}

function shareOf(
  state: AccountState,
  { featureId, cost }: Pick<Share, 'featureId' | 'cost'>,
  units: Decimal,
  overdraws: boolean,
): Share {
  const { grants } = poolOf(state, featureId);
  const asked = cost === null ? units : multiplyUp(units, cost);
  if (!fits(asked)) throw new AmountOverflowError(featureId);
  const picked = pick(grants, asked);
  const there = asked - picked.missing;
  const { portions, missing } = picked;
  if (missing === 0n || overdraws) return { featureId, cost, units, asked, paid: asked, portions, overdrawn: missing };
  if (cost === null) return { featureId, cost, units: there, asked, paid: there, portions, overdrawn: 0n };
  // Credits that cannot pay for the smallest fraction of a unit stay.
  const affordable = divideDown(there, cost);
  const paid = multiplyUp(affordable, cost);
  return { featureId, cost, units: affordable, asked, paid, portions: pick(grants, paid).portions, overdrawn: 0n };
}

/**
 * The feature whose balance is overdrawn: the last credit system that the customer was ever
 * granted, because that is what the customer buys; otherwise the feature itself.
 */
export function overdrawnBy(state: AccountState, featureId: string, credits: readonly Credit[]): string {
  return credits.findLast((credit) => poolOf(state, credit.featureId).balance.version > 0n)?.featureId ?? featureId;
}

type Purse = Pick<Balance, 'unlimited' | 'remaining'>;

/** A balance of credits that can pay, and what one unit costs in them. */
export interface Payer {
  readonly balance: Purse;
  readonly cost: Decimal;
}

/**
 * What is missing for `required` units, by the rules of `spread` and `track`, for a check. Zero if
 * they can be used now. An overdraft must be repaid first, so it counts as missing too. In a frozen
 * account everything is missing.
 */
export function shortfallOf(own: Purse, credits: readonly Payer[], required: Decimal, isFrozen = false): Decimal {
  const missing = isFrozen ? required : missingOf(own, credits, required);
  return missing === 0n ? 0n : missing + larger(-own.remaining, 0n);
}

function missingOf(own: Purse, credits: readonly Payer[], required: Decimal): Decimal {
  if (own.unlimited) return 0n;
  let missing = larger(required - larger(own.remaining, 0n), 0n);
  for (const { balance, cost } of credits) {
    if (missing === 0n || balance.unlimited) return 0n;
    const credit = larger(balance.remaining, 0n);
    missing = multiplyUp(missing, cost) <= credit ? 0n : missing - divideDown(credit, cost);
  }
  return missing;
}
