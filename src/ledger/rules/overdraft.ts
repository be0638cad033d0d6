/**
 * The one row of a balance that goes below zero: reached when nothing else is left, and filled by whatever comes next.
 */
import { createHash } from 'node:crypto';
import { type Decimal, smaller } from '../../values/decimal.ts';
import { withGrant } from '../model/account-state.ts';
import type { Allocation, Balance, Grant } from '../model/types.ts';
import { allocate } from './book.ts';

/** What a rule leaves of a pool's grants, and how it got there. */
export interface Moved {
  readonly grants: readonly Grant[];
  readonly allocations: readonly Allocation[];
}

/** Puts what is missing onto the balance's one overdraft row. */
export function overdraw(
  { customerId, featureId }: Pick<Balance, 'customerId' | 'featureId'>,
  grants: readonly Grant[],
  missing: Decimal,
  made: { readonly now: Date; readonly sequence: bigint },
): Moved {
  if (missing === 0n) return { grants, allocations: [] };
  const id = overdraftId(customerId, featureId);
  const allocations = [allocate(id, { amount: -missing })];
  const existing = grants.find((grant) => grant.id === id);
  if (existing) {
    const deeper = { ...existing, remaining: existing.remaining - missing };
    return { grants: grants.map((grant) => (grant === existing ? deeper : grant)), allocations };
  }
  const overdraft: Grant = {
    customerId,
    id,
    featureId,
    origin: 'OVERDRAFT',
    purchaseId: null,
    granted: 0n,
    remaining: -missing,
    held: 0n,
    unlimited: false,
    unlimitedUse: 0n,
    reset: null,
    nextResetAt: null,
    rollover: null,
    expiresAt: null,
    createdAt: made.now,
    sequence: made.sequence,
    lowered: 0n,
    endedAt: null,
    endedSequence: null,
  };
  return { grants: withGrant(grants, overdraft), allocations };
}

/** Every positive movement fills an overdraft first. `amount` is what went there. */
export function repay(grants: readonly Grant[], amount: Decimal): Moved & { readonly amount: Decimal } {
  const overdraft = grants.find((grant) => grant.remaining < 0n);
  if (!overdraft || amount <= 0n) return { grants, allocations: [], amount: 0n };
  const repaid = smaller(amount, -overdraft.remaining);
  const filled = { ...overdraft, remaining: overdraft.remaining + repaid };
  return {
    grants: grants.map((grant) => (grant === overdraft ? filled : grant)),
    allocations: [allocate(overdraft.id, { amount: repaid })],
    amount: repaid,
  };
}

/** The same for the same balance, always: there is one overdraft row of a balance, filled and reopened. */
function overdraftId(customerId: string, featureId: string): string {
  return `${PREFIX}${createHash('sha256').update(`${customerId}\n${featureId}`).digest('base64url')}`;
}

/** True for the id of an overdraft row. */
export function isOverdraft(grantId: string): boolean {
  return grantId.startsWith(PREFIX);
}

const PREFIX = 'od_';
