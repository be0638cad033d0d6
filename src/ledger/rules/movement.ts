import type { Decimal } from '../../values/decimal.ts';
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
  /** The grants of which a returned payment takes something, or gets it again. */
  readonly returns?: readonly Return[];
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

/** What a returned payment changes of one of its grants. All numbers are signed. */
export interface Return {
  readonly grantId: string;
  /** How much less it gives: what it is filled to with the next period is so much lower. */
  readonly units: Decimal;
  readonly takenBack: Decimal;
  readonly owed: Decimal;
  /** By how much its `granted` changes, also where it has ended and counts no more. */
  readonly granted: Decimal;
  /** What it is from now on. Left out: as before. */
  readonly unlimited?: boolean;
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
  const { makes, reschedules = [], returns = [] } = movement;
  const changes = byGrant(movement.allocations);
  let found = 0;
  const changed = grants.map((grant) => {
    const change = changes.get(grant.id);
    if (!change) return grant;
    found += 1;
    return grantAfter(grant, change, movement, entry.sequence);
  });
  const made = makes && changes.get(makes.id);
  const touched = [makes?.id, movement.ends?.grantId, ...[...reschedules, ...returns].map(({ grantId }) => grantId)];
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
function grantAfter(before: Grant, change: Change, movement: Movement, sequence: bigint): Grant {
  const { kind, ends, reschedules } = movement;
  const returned = movement.returns?.find(({ grantId }) => grantId === before.id);
  const grant = returned ? grantReturned(before, returned) : before;
  const granted = returned ? 0n : change.granted;
  const remaining = grant.remaining + change.amount;
  const held = grant.held + change.held;
  const unlimitedUse = grant.unlimitedUse + change.unlimitedUse;
  if (ends?.grantId === grant.id) {
    const { at: endedAt } = ends;
    const lapsed = grant.lapsed - change.amount;
    return { ...grant, remaining, held, unlimitedUse, lapsed, nextResetAt: null, endedAt, endedSequence: sequence };
  }
  if (!isLive(grant)) {
    const lapsed = kind === 'EXPIRY' || kind === 'VOID' ? grant.lapsed - change.amount : grant.lapsed;
    return { ...grant, remaining, held, unlimitedUse, lapsed };
  }
  const { nextResetAt = grant.nextResetAt, expiresAt = grant.expiresAt } =
    reschedules?.find(({ grantId }) => grantId === grant.id) ?? {};
  // What an adjustment takes off a grant that resets comes back with its next period.
  const lowered = grant.reset ? grant.lowered - granted : grant.lowered;
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

/** What it gives is its `granted` and what is lowered, together. */
function grantReturned(grant: Grant, { units, takenBack, owed, granted, unlimited = grant.unlimited }: Return): Grant {
  return {
    ...grant,
    granted: grant.granted + granted,
    lowered: grant.lowered - granted - units,
    takenBack: grant.takenBack + takenBack,
    owed: grant.owed + owed,
    unlimited,
    unlimitedTaken: grant.unlimitedTaken || grant.unlimited ? !unlimited : false,
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
    takenBack: 0n,
    owed: 0n,
  };
}
