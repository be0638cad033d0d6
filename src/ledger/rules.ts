import { type Decimal, fits, larger, smaller } from '../decimal.ts';
import { AmountOverflowError, GrantExpiredError, InsufficientBalanceError } from './errors.ts';
import { overdraw, repay, type Taken } from './overdraft.ts';
import { type AccountState, earliest, inBurnDownOrder, momentsOf, type Pool, poolOf } from './state.ts';
import type { Allocation, Balance, Command, Grant, LedgerEntry, LedgerEntryKind, Posting } from './types.ts';

/**
 * What each posting does to an account, as pure functions. No clock, no database, no randomness: the same state,
 * command and instant give the same entries.
 *
 * After every entry: usage = granted − remaining − held + unlimited use; balance = Σ grants; Σ allocations = amount;
 * nothing is below zero but an overdraft, and while one is, every other finite grant is at zero.
 */

/** The account after a command, and the entries that say how it got there. */
export interface Applied {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Applies all postings of a command, or none.
 * @throws InsufficientBalanceError where a REJECT finds too little.
 * @throws AmountOverflowError where a result would not fit into 26 integer digits; GrantExpiredError where a grant's time is over.
 */
export function applyCommand(state: AccountState, command: Command, now: Date): Applied {
  const entries: LedgerEntry[] = [];
  let next = state;
  for (const posting of command.postings) {
    const movement = move(poolOf(next, featureOf(posting)), posting, { now, sequence: next.sequence + 1n });
    const entry = toEntry(next, movement, command, now);
    entries.push(entry);
    next = advance(next, movement, entry);
  }
  return { state: next, entries };
}

/** One posting's effect on one pool. */
interface Movement {
  readonly kind: LedgerEntryKind;
  readonly pool: Pool;
  readonly grants: readonly Grant[];
  readonly allocations: readonly Allocation[];
  readonly grantedBy: Decimal;
  readonly requested: Decimal | null;
  readonly facts: Partial<Pick<LedgerEntry, 'properties' | 'reason' | 'purchaseId'>> & { readonly occurredAt?: Date | null };
}

interface Moment {
  readonly now: Date;
  readonly sequence: bigint;
}

type Of<Verb extends Posting['verb']> = Extract<Posting, { verb: Verb }>;

function move(pool: Pool, posting: Posting, moment: Moment): Movement {
  switch (posting.verb) {
    case 'grant':
      return moveGrant(pool, posting, moment);
    case 'use':
      return moveUse(pool, posting, moment);
  }
}

export function featureOf(posting: Posting): string {
  return posting.verb === 'grant' ? posting.grant.featureId : posting.featureId;
}

/** GRANT: repays what is overdrawn first, as an allocation of its own; the rest is the new grant's. */
function moveGrant(pool: Pool, { grant: wish, reason }: Of<'grant'>, { now, sequence }: Moment): Movement {
  const { customerId } = pool.balance;
  if (wish.expiresAt && wish.expiresAt <= now) throw new GrantExpiredError();
  const repaid = repay(pool.grants, wish.amount);
  const grant: Grant = {
    customerId,
    id: wish.id,
    featureId: wish.featureId,
    origin: wish.origin,
    purchaseId: wish.purchaseId,
    granted: wish.amount,
    remaining: wish.amount - repaid.amount,
    held: 0n,
    unlimited: wish.unlimited,
    unlimitedUse: 0n,
    reset: wish.reset,
    nextResetAt: wish.nextResetAt,
    expiresAt: wish.expiresAt,
    createdAt: now,
    sequence,
  };
  return {
    kind: 'GRANT',
    pool,
    grants: inBurnDownOrder([...repaid.grants, grant]),
    allocations: [...repaid.allocations, { grantId: grant.id, amount: grant.remaining, unlimitedUse: 0n }],
    grantedBy: wish.amount,
    requested: null,
    facts: { purchaseId: wish.purchaseId, reason },
  };
}

/** USAGE: takes from the grants in burn-down order; what is missing is reported, refused or overdrawn, as the caller chose. */
function moveUse(pool: Pool, posting: Of<'use'>, { now, sequence }: Moment): Movement {
  const taken = take(pool.grants, posting.amount);
  if (taken.missing > 0n && posting.onShortfall === 'REJECT') throw new InsufficientBalanceError(pool.balance, posting.amount);
  const overdrawn = taken.missing > 0n && posting.onShortfall === 'OVERDRAW';
  const { grants, allocations } = overdrawn ? overdraw(pool, taken, now, sequence) : taken;
  return {
    kind: 'USAGE',
    pool,
    grants,
    allocations,
    grantedBy: 0n,
    requested: posting.amount,
    facts: { properties: posting.properties, occurredAt: posting.occurredAt },
  };
}

/** Takes `amount` from the grants in their order, as far as it goes. An unlimited grant takes all there is to take, and counts it. */
function take(grants: readonly Grant[], amount: Decimal): Taken {
  const allocations: Allocation[] = [];
  let missing = amount;
  const after = grants.map((grant) => {
    if (missing === 0n) return grant;
    if (grant.unlimited) {
      const unlimitedUse = missing;
      missing = 0n;
      allocations.push({ grantId: grant.id, amount: 0n, unlimitedUse });
      return { ...grant, unlimitedUse: grant.unlimitedUse + unlimitedUse };
    }
    const part = smaller(larger(grant.remaining, 0n), missing);
    if (part === 0n) return grant;
    missing -= part;
    allocations.push({ grantId: grant.id, amount: -part, unlimitedUse: 0n });
    return { ...grant, remaining: grant.remaining - part };
  });
  return { grants: after, allocations, missing };
}

function toEntry(state: AccountState, movement: Movement, command: Command, now: Date): LedgerEntry {
  const { balance } = movement.pool;
  const amount = movement.allocations.reduce((sum, allocation) => sum + allocation.amount, 0n);
  const unlimitedUse = movement.allocations.reduce((sum, allocation) => sum + allocation.unlimitedUse, 0n);
  const after = {
    granted: balance.granted + movement.grantedBy,
    remaining: balance.remaining + amount,
    held: balance.held,
    usage: balance.usage + movement.grantedBy - amount + unlimitedUse,
    ...momentsOf(movement.grants),
  };
  if (![after.granted, after.remaining, after.usage].every(fits)) throw new AmountOverflowError(balance.featureId);
  return {
    customerId: state.customerId,
    sequence: state.sequence + 1n,
    featureId: balance.featureId,
    kind: movement.kind,
    amount,
    requested: movement.requested,
    allocations: movement.allocations,
    after,
    idempotencyKey: command.idempotency?.key ?? null,
    properties: movement.facts.properties ?? null,
    reason: movement.facts.reason ?? null,
    purchaseId: movement.facts.purchaseId ?? null,
    occurredAt: movement.facts.occurredAt ?? now,
    recordedAt: now,
  };
}

/** The balance as its entry left it. */
export function balanceAfter(entry: LedgerEntry): Balance {
  return { ...entry.after, customerId: entry.customerId, featureId: entry.featureId, version: entry.sequence };
}

function advance(state: AccountState, movement: Movement, entry: LedgerEntry): AccountState {
  const pool: Pool = { balance: balanceAfter(entry), grants: movement.grants };
  return {
    ...state,
    sequence: entry.sequence,
    nextDueAt: earliest([state.nextDueAt, entry.after.nextResetAt, entry.after.nextExpiryAt]),
    pools: new Map(state.pools).set(entry.featureId, pool),
  };
}

/** What a USAGE entry took, of finite and unlimited grants together. */
export function appliedUse(entry: LedgerEntry): Decimal {
  return entry.allocations.reduce((sum, allocation) => sum + allocation.unlimitedUse - allocation.amount, 0n);
}

/** Whether `required` can be used now: the rule that check and track share. */
export function covers(balance: Pick<Balance, 'unlimited' | 'remaining'>, required: Decimal): boolean {
  return balance.unlimited || balance.remaining >= required;
}

/** What is missing for `required`; zero where it is covered. */
export function shortfallOf(balance: Pick<Balance, 'unlimited' | 'remaining'>, required: Decimal): Decimal {
  return covers(balance, required) ? 0n : required - balance.remaining;
}
