import { inBurnDownOrder, isLive, withGrant } from '../model/account-state.ts';
import { byGrant, type Change } from '../model/allocation.ts';
import type { Allocation, Grant, LedgerEntry, LedgerEntryKind } from '../model/types.ts';

/**
 * What one entry does to one balance. A rule hands over the change alone; the grants, the balance
 * and the entry's numbers all follow from it, so they cannot disagree.
 */
export interface Movement {
  readonly kind: LedgerEntryKind;
  readonly featureId: string;
  /**
   * By how much the numbers of each grant change. Every grant that the movement touches has one.
   */
  readonly allocations: readonly Allocation[];
  /** The grant that the entry makes. Its numbers start at zero and come from its allocation. */
  readonly makes?: GrantTerms | undefined;
  /** The grant that the entry ends, and when. */
  readonly ends?: { readonly grantId: string; readonly at: Date };
  /** The grants whose dates change. */
  readonly reschedules?: readonly Schedule[];
  readonly facts?: MovementFacts;
}

/** What is settled about a grant when it is made, apart from its numbers. */
export type GrantTerms = Pick<
  Grant,
  'id' | 'origin' | 'purchaseId' | 'unlimited' | 'reset' | 'nextResetAt' | 'rollover' | 'expiresAt' | 'createdAt'
> &
  /** Left out: null. */
  Partial<Pick<Grant, 'paymentId' | 'period' | 'resetsUntil'>>;

/** The new dates of a grant. A date that is left out stays as it is. */
export interface Schedule extends Partial<Pick<Grant, 'nextResetAt' | 'expiresAt'>> {
  readonly grantId: string;
}

/** What the entry says beside its numbers. What is left out is null. */
export type MovementFacts = Partial<
  Pick<
    LedgerEntry,
    | 'requested'
    | 'applied'
    | 'units'
    | 'cost'
    | 'cause'
    | 'holdId'
    | 'properties'
    | 'reason'
    | 'purchaseId'
    | 'paymentId'
    | 'refundId'
    | 'disputeId'
  >
> & {
  /** null or left out: now. */
  readonly occurredAt?: Date | null;
};

/**
 * The grants of a pool after a movement, in burn-down order. A grant without an allocation stays
 * the same object.
 * @throws Error where the movement touches a grant that is not in the pool, or without an
 * allocation: a rule is wrong.
 */
export function grantsAfter(
  grants: readonly Grant[],
  movement: Movement,
  entry: Pick<LedgerEntry, 'customerId' | 'sequence'>,
): readonly Grant[] {
  const { makes, reschedules = [] } = movement;
  const changes = byGrant(movement.allocations);
  let found = 0;
  const changed = grants.map((grant) => {
    const change = changes.get(grant.id);
    if (!change) return grant;
    found += 1;
    return grantAfter(grant, change, movement, entry.sequence);
  });
  const made = makes && changes.get(makes.id);
  const touched = [makes?.id, movement.ends?.grantId, ...reschedules.map(({ grantId }) => grantId)];
  if (found + (made ? 1 : 0) < changes.size) throw new Error(`a ${movement.kind} changes a grant that is not there`);
  if (!touched.every((id) => id === undefined || changes.has(id)))
    throw new Error(`a ${movement.kind} touches a grant without an allocation`);
  // An expiry decides the place of a grant.
  const ordered = reschedules.some(({ expiresAt }) => expiresAt !== undefined) ? inBurnDownOrder(changed) : changed;
  return makes && made ? withGrant(ordered, newGrant(makes, made, movement.featureId, entry)) : ordered;
}

/**
 * A grant after its change. What a grant counts as granted is its `granted` while it is live, and
 * what is held of it once it has ended: so `granted` stays as it was from the end on.
 */
function grantAfter(grant: Grant, change: Change, { kind, ends, reschedules }: Movement, sequence: bigint): Grant {
  const { granted } = change;
  const remaining = grant.remaining + change.amount;
  const held = grant.held + change.held;
  const unlimitedUse = grant.unlimitedUse + change.unlimitedUse;
  if (ends?.grantId === grant.id) {
    const { at: endedAt } = ends;
    return { ...grant, remaining, held, unlimitedUse, nextResetAt: null, endedAt, endedSequence: sequence };
  }
  if (!isLive(grant)) return { ...grant, remaining, held, unlimitedUse };
  const { nextResetAt = grant.nextResetAt, expiresAt = grant.expiresAt } =
    reschedules?.find(({ grantId }) => grantId === grant.id) ?? {};
  // What an adjustment takes off a grant that resets comes back with its next period. What a
  // returned payment takes off does not.
  const isReturn = kind === 'CLAWBACK' || kind === 'REINSTATEMENT';
  const lowered = grant.reset ? grant.lowered - (isReturn ? 0n : granted) : 0n;
  return {
    ...grant,
    granted: grant.granted + granted,
    remaining,
    held,
    unlimitedUse,
    nextResetAt,
    expiresAt,
    lowered,
  };
}

/**
 * A literal with its properties in one order: loops over many grants are ten times as slow over
 * spread objects.
 */
function newGrant(
  terms: GrantTerms,
  change: Change,
  featureId: string,
  { customerId, sequence }: Pick<LedgerEntry, 'customerId' | 'sequence'>,
): Grant {
  return {
    customerId,
    id: terms.id,
    featureId,
    origin: terms.origin,
    purchaseId: terms.purchaseId,
    paymentId: terms.paymentId ?? null,
    period: terms.period ?? null,
    granted: change.granted,
    remaining: change.amount,
    held: change.held,
    unlimited: terms.unlimited,
    unlimitedUse: change.unlimitedUse,
    reset: terms.reset,
    nextResetAt: terms.nextResetAt,
    resetsUntil: terms.resetsUntil ?? null,
    rollover: terms.rollover,
    expiresAt: terms.expiresAt,
    createdAt: terms.createdAt,
    sequence,
    lowered: 0n,
    endedAt: null,
    endedSequence: null,
    lapsed: 0n,
    unlimitedTaken: false,
  };
}
