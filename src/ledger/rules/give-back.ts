import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive, type Pool } from '../model/account-state.ts';
import { allocate, byGrant, useIn } from '../model/allocation.ts';
import type { Allocation, Grant } from '../model/types.ts';
import { owedOfHeld } from './excess.ts';
import type { Return } from './movement.ts';
import { repay } from './overdraft.ts';
import { payersOf, roomOf } from './pay-back.ts';
import type { Freed } from './reclaim.ts';

/** What went back to a pool. */
export interface GivenBack {
  readonly allocations: readonly Allocation[];
  readonly returned: Decimal;
  /** What came back of each grant, before an overdraft took its part. */
  readonly freed: readonly Freed[];
  /** The grants of returned payments of which less is owed. */
  readonly returns: readonly Return[];
}

/**
 * Gives back `amount` of what these allocations used, newest first, after the `before` that went
 * back earlier. A finite grant takes at most granted − held − remaining. The use of an unlimited
 * grant decreases, never below zero: use of an earlier period no longer counts. An overdraft that
 * was repaid since was paid by later grants, so its part goes back to them, newest first. So does
 * what is owed for a returned payment: who owes it gets it first.
 */
export function giveBack({ grants }: Pool, used: readonly Allocation[], amount: Decimal, before: Decimal): GivenBack {
  const known = new Map(grants.map((grant) => [grant.id, grant]));
  const counted = new Map<string, Decimal>();
  const rooms = new Map(grants.map((grant) => [grant.id, roomOf(grant)]));
  const cleared = new Map<string, Decimal>();
  const finite: { grantId: string; amount: Decimal }[] = [];
  const allocations: Allocation[] = [];
  /** Reserves what the grant has room for. @returns the rest. */
  const promise = (grantId: string, wanted: Decimal): Decimal => {
    const fitting = smaller(wanted, rooms.get(grantId) ?? 0n);
    if (fitting > 0n) finite.push({ grantId, amount: fitting });
    rooms.set(grantId, (rooms.get(grantId) ?? 0n) - fitting);
    return wanted - fitting;
  };

  for (const { grantId, amount: wanted } of newest(used, amount, before)) {
    const grant = known.get(grantId);
    if (grant && (grant.unlimited || grant.unlimitedTaken) && isLive(grant)) {
      const counts = counted.get(grantId) ?? grant.unlimitedUse;
      const uncounted = smaller(wanted, counts);
      counted.set(grantId, counts - uncounted);
      allocations.push(allocate(grantId, { unlimitedUse: -uncounted, lost: wanted - uncounted }));
      continue;
    }
    const due = grant ? smaller(wanted, grant.owed - owedOfHeld(grant) - (cleared.get(grantId) ?? 0n)) : 0n;
    const owed = due - payers(grants, grant).reduce((rest, { id }) => promise(id, rest), due);
    if (owed > 0n) cleared.set(grantId, (cleared.get(grantId) ?? 0n) + owed);
    let over = promise(grantId, wanted - owed);
    if (grant?.origin === 'OVERDRAFT') over = payersOf(grants).reduce((rest, { id }) => promise(id, rest), over);
    if (over + owed > 0n) allocations.push(allocate(grantId, { lost: over }));
  }
  const returns = [...cleared].map(([grantId, owed]) => ({ grantId, units: 0n, takenBack: owed, owed: -owed, granted: 0n }));
  const freed = [...byGrant(finite.map(({ grantId, amount: back }) => allocate(grantId, { amount: back }))).values()];
  return {
    ...pour(grants, finite, allocations),
    returns,
    freed: freed.map(({ grantId, amount: back }) => ({ grantId, back, used: 0n })),
  };
}

/** Who owes or paid what was used of a grant whose payment was returned. */
function payers(grants: readonly Grant[], owing: Grant | undefined): readonly Grant[] {
  if (!owing || owing.owed === 0n) return [];
  const overdraft = grants.filter(({ origin }) => origin === 'OVERDRAFT');
  return [...overdraft, ...payersOf(grants).filter(({ id }) => id !== owing.id)];
}

/** Repays an overdraft first, and then fills the grants that were promised something. */
function pour(grants: readonly Grant[], promised: readonly { grantId: string; amount: Decimal }[], others: Allocation[]) {
  const total = promised.reduce((sum, { amount }) => sum + amount, 0n);
  const repaid = repay(grants, total);
  const overdraftId = repaid.allocations[0]?.grantId;
  let left = total - repaid.amount;
  const filled = new Map<string, Decimal>();
  for (const { grantId, amount } of promised) {
    if (grantId === overdraftId) continue;
    const part = smaller(amount, left);
    left -= part;
    if (part > 0n) filled.set(grantId, (filled.get(grantId) ?? 0n) + part);
  }
  const unlimited = others.reduce((sum, { unlimitedUse }) => sum - unlimitedUse, 0n);
  return {
    returned: total + unlimited,
    allocations: [...repaid.allocations, ...[...filled].map(([grantId, amount]) => allocate(grantId, { amount })), ...others],
  };
}

/**
 * The last `amount` of what was used, newest allocation first, after skipping the last `before`.
 */
function newest(used: readonly Allocation[], amount: Decimal, before: Decimal): { grantId: string; amount: Decimal }[] {
  let skipped = before;
  let left = amount;
  return used.toReversed().flatMap((allocation) => {
    const all = larger(useIn(allocation), 0n);
    const skip = smaller(skipped, all);
    skipped -= skip;
    const part = smaller(left, all - skip);
    left -= part;
    return part > 0n ? [{ grantId: allocation.grantId, amount: part }] : [];
  });
}
