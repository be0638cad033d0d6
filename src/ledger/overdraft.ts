/**
 * The one row of a balance that goes below zero: reached when nothing else is left, and filled by whatever comes next.
 */
import { createHash } from 'node:crypto';
import { type Decimal, smaller } from '../decimal.ts';
import { inBurnDownOrder, type Pool } from './state.ts';
import type { Allocation, Grant } from './types.ts';

/** What a use got, and from where. */
export interface Taken {
  readonly grants: readonly Grant[];
  readonly allocations: readonly Allocation[];
  readonly missing: Decimal;
}

/** Puts what is missing onto the balance's one overdraft row. */
export function overdraw(pool: Pool, taken: Taken, now: Date, sequence: bigint): Pick<Taken, 'grants' | 'allocations'> {
  const { customerId, featureId } = pool.balance;
  const id = overdraftId(customerId, featureId);
  const allocations = [...taken.allocations, { grantId: id, amount: -taken.missing, unlimitedUse: 0n }];
  const existing = taken.grants.find((grant) => grant.id === id);
  if (existing) {
    const deeper = { ...existing, remaining: existing.remaining - taken.missing };
    return { grants: taken.grants.map((grant) => (grant === existing ? deeper : grant)), allocations };
  }
  const overdraft: Grant = {
    customerId,
    id,
    featureId,
    origin: 'OVERDRAFT',
    purchaseId: null,
    granted: 0n,
    remaining: -taken.missing,
    held: 0n,
    unlimited: false,
    unlimitedUse: 0n,
    reset: null,
    nextResetAt: null,
    expiresAt: null,
    createdAt: now,
    sequence,
  };
  return { grants: inBurnDownOrder([...taken.grants, overdraft]), allocations };
}

/** Every positive movement fills an overdraft first. */
export function repay(
  grants: readonly Grant[],
  amount: Decimal,
): { grants: readonly Grant[]; allocations: readonly Allocation[]; amount: Decimal } {
  const overdraft = grants.find((grant) => grant.remaining < 0n);
  if (!overdraft || amount <= 0n) return { grants, allocations: [], amount: 0n };
  const repaid = smaller(amount, -overdraft.remaining);
  const filled = { ...overdraft, remaining: overdraft.remaining + repaid };
  return {
    grants: grants.map((grant) => (grant === overdraft ? filled : grant)),
    allocations: [{ grantId: overdraft.id, amount: repaid, unlimitedUse: 0n }],
    amount: repaid,
  };
}

/** The same for the same balance, always: there is one overdraft row of a balance, filled and reopened. */
function overdraftId(customerId: string, featureId: string): string {
  return `od_${createHash('sha256').update(`${customerId}\n${featureId}`).digest('base64url')}`;
}
