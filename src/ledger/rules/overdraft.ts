/**
 * The overdraft: the one row of a balance that goes below zero. It is used when nothing else is
 * left, and the next positive movement fills it first.
 */
import { createHash } from 'node:crypto';
import { type Decimal, smaller } from '../../values/decimal.ts';
import { allocate } from '../model/allocation.ts';
import type { Allocation, Balance, Grant } from '../model/types.ts';
import type { GrantTerms, Movement } from './movement.ts';

/** Puts what is missing onto the balance's overdraft row, and makes the row if there is none. */
export function overdraw(
  { customerId, featureId }: Pick<Balance, 'customerId' | 'featureId'>,
  grants: readonly Grant[],
  missing: Decimal,
  now: Date,
): Pick<Movement, 'allocations' | 'makes'> {
  if (missing === 0n) return { allocations: [] };
  const id = overdraftId(customerId, featureId);
  const exists = grants.some((grant) => grant.id === id);
  return { allocations: [allocate(id, { amount: -missing })], makes: exists ? undefined : termsOf(id, now) };
}

function termsOf(id: string, createdAt: Date): GrantTerms {
  const lasts = { reset: null, nextResetAt: null, rollover: null, expiresAt: null };
  return { id, origin: 'OVERDRAFT', purchaseId: null, unlimited: false, createdAt, ...lasts };
}

/** Every positive movement fills an overdraft first. `amount` is what went there. */
export function repay(
  grants: readonly Grant[],
  amount: Decimal,
): { readonly allocations: readonly Allocation[]; readonly amount: Decimal } {
  const overdraft = grants.find((grant) => grant.remaining < 0n);
  if (!overdraft || amount <= 0n) return { allocations: [], amount: 0n };
  const repaid = smaller(amount, -overdraft.remaining);
  return { allocations: [allocate(overdraft.id, { amount: repaid })], amount: repaid };
}

/** Derived from the balance, because each balance has one overdraft row for ever. */
function overdraftId(customerId: string, featureId: string): string {
  return `${PREFIX}${createHash('sha256').update(`${customerId}\n${featureId}`).digest('base64url')}`;
}

/** True for the id of an overdraft row. */
export function isOverdraft(grantId: string): boolean {
  return grantId.startsWith(PREFIX);
}

const PREFIX = 'od_';
