import { type Decimal, divideDown, fits, larger, multiplyUp, smaller } from '../../values/decimal.ts';
import { type AccountState, poolOf } from '../model/account-state.ts';
import { AmountOverflowError } from '../model/errors.ts';
import type { Balance, Credit, Portion } from '../model/types.ts';
import type { UsageLimit } from '../model/usage-limit.ts';
import type { Book } from './book.ts';
import { limitOn, within } from './limit-use.ts';
import { pick } from './pick.ts';

/**
 * Which balances pay for a use: the feature's own first, then the credit systems in their order,
 * each as far as its credits go. credits = units × cost, rounded up at the last place; affordable
 * units = credits ÷ cost, rounded down. Limits of the feature and of the credits bound them, and
 * bound an overdraft, too.
 */
export interface Spread {
  /** Always the own share, then one share for each credit system that pays something. */
  readonly shares: readonly Share[];
  /** Units that no balance can pay for, or that a limit leaves no room for. */
  readonly missing: Decimal;
  /** The limit without which less would be missing. */
  readonly limitedBy: UsageLimit | undefined;
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
  { state, now }: Pick<Book, 'state' | 'now'>,
  featureId: string,
  amount: Decimal,
  credits: readonly Credit[],
  overdraws?: string,
): Spread {
  const shares: Share[] = [];
  const limit = limitOn(state, featureId, now);
  const allowed = within(limit, amount);
  let limitedBy = allowed < amount ? limit : undefined;
  let missing = allowed;
  for (const payer of [{ featureId, cost: null }, ...credits]) {
    const ofCredits = payer.cost === null ? undefined : limitOn(state, payer.featureId, now);
    const share = shareOf(state, payer, missing, payer.featureId === overdraws, ofCredits);
    if (share.isLimited) limitedBy ??= ofCredits;
    if (share.units === 0n && payer.cost !== null) continue;
    shares.push(share);
    missing -= share.units;
    if (missing === 0n) break;
  }
  missing += amount - allowed;
  return { shares, missing, limitedBy: missing > 0n ? limitedBy : undefined };
}

function shareOf(
  state: AccountState,
  { featureId, cost }: Pick<Share, 'featureId' | 'cost'>,
  units: Decimal,
  overdraws: boolean,
  limit: UsageLimit | undefined,
): Share & { readonly isLimited: boolean } {
  const { grants } = poolOf(state, featureId);
  const asked = cost === null ? units : multiplyUp(units, cost);
  if (!fits(asked)) throw new AmountOverflowError(featureId);
  const { portions, missing } = pick(grants, asked);
  const payable = overdraws ? asked : asked - missing;
  const there = within(limit, payable);
  const isLimited = there < payable;
  if (there === asked) return { featureId, cost, units, asked, paid: asked, portions, overdrawn: missing, isLimited };
  if (cost === null) return { featureId, cost, units: there, asked, paid: there, portions, overdrawn: 0n, isLimited };
  // Credits that cannot pay for the smallest fraction of a unit stay.
  const affordable = divideDown(there, cost);
  const paid = multiplyUp(affordable, cost);
  const part = pick(grants, paid);
  return { featureId, cost, units: affordable, asked, paid, portions: part.portions, overdrawn: part.missing, isLimited };
}

/**
 * The feature whose balance is overdrawn: the last credit system that the customer was ever
 * granted, because that is what the customer buys; otherwise the feature itself.
 */
export function overdrawnBy(state: AccountState, featureId: string, credits: readonly Credit[]): string {
  return credits.findLast((credit) => poolOf(state, credit.featureId).balance.version > 0n)?.featureId ?? featureId;
}

/** What a check knows of a balance. */
export interface Purse extends Pick<Balance, 'unlimited' | 'remaining'> {
  /** The limit that leaves the least of it; left out: none. */
  readonly limit?: UsageLimit | undefined;
}

/** A balance of credits that can pay, and what one unit costs in them. */
export interface Payer {
  readonly balance: Purse;
  readonly cost: Decimal;
}

export interface Lack {
  /** Zero if the units can be used now. */
  readonly shortfall: Decimal;
  /** The limit without which less would be missing. */
  readonly limitedBy: UsageLimit | undefined;
}

/**
 * What is missing for `required` units, by the rules of `spread` and `track`, for a check. An
 * overdraft must be repaid first, so it counts as missing too. In a frozen account everything is
 * missing.
 */
export function lackOf(own: Purse, credits: readonly Payer[], required: Decimal, isFrozen = false): Lack {
  const { missing, limitedBy } = isFrozen ? { missing: required, limitedBy: undefined } : missingOf(own, credits, required);
  if (missing === 0n) return NOTHING_LACKS;
  return { shortfall: missing + larger(-own.remaining, 0n), limitedBy };
}

const NOTHING_LACKS: Lack = { shortfall: 0n, limitedBy: undefined };

function missingOf(own: Purse, credits: readonly Payer[], required: Decimal) {
  const allowed = within(own.limit, required);
  let limitedBy = allowed < required ? own.limit : undefined;
  let missing = own.unlimited ? 0n : larger(allowed - larger(own.remaining, 0n), 0n);
  for (const { balance, cost } of credits) {
    if (missing === 0n) break;
    const needed = multiplyUp(missing, cost);
    const payable = balance.unlimited ? needed : smaller(needed, larger(balance.remaining, 0n));
    const credit = within(balance.limit, payable);
    if (credit < payable) limitedBy ??= balance.limit;
    missing = credit === needed ? 0n : missing - divideDown(credit, cost);
  }
  return { missing: missing + required - allowed, limitedBy };
}
