import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive, type Pool } from '../model/account-state.ts';
import { allocate, useIn } from '../model/allocation.ts';
import type { Allocation, Grant } from '../model/types.ts';
import { repay } from './overdraft.ts';

/** What went back to a pool of what was used of it. */
export interface GivenBack {
  readonly allocations: readonly Allocation[];
  readonly returned: Decimal;
}

/**
 * Gives back `amount` of what these allocations used, the newest first, after the `before` that went back earlier. No
 * finite grant is lifted above granted − held; an unlimited one counts less use, and never less than none: what it counted in an
 * earlier period is over. What was overdrawn and is repaid by now was paid by grants that came later: it goes to them, the newest first.
 */
export function giveBack({ grants }: Pool, used: readonly Allocation[], amount: Decimal, before: Decimal): GivenBack {
  const known = new Map(grants.map((grant) => [grant.id, grant]));
  const counted = new Map<string, Decimal>();
  const rooms = new Map(grants.map((grant) => [grant.id, roomOf(grant)]));
  const finite: { grantId: string; amount: Decimal }[] = [];
  const allocations: Allocation[] = [];
  /** Promises a grant so much as it has room for. @returns what it has no room for. */
  const promise = (grantId: string, wanted: Decimal): Decimal => {
    const fitting = smaller(wanted, rooms.get(grantId) ?? 0n);
    if (fitting > 0n) finite.push({ grantId, amount: fitting });
    rooms.set(grantId, (rooms.get(grantId) ?? 0n) - fitting);
    return wanted - fitting;
  };

  for (const { grantId, amount: wanted } of newest(used, amount, before)) {
    const grant = known.get(grantId);
    if (grant?.unlimited && isLive(grant)) {
      const counts = counted.get(grantId) ?? grant.unlimitedUse;
      const uncounted = smaller(wanted, counts);
      counted.set(grantId, counts - uncounted);
      allocations.push(allocate(grantId, { unlimitedUse: -uncounted, lost: wanted - uncounted }));
      continue;
    }
    let over = promise(grantId, wanted);
    if (grant?.origin === 'OVERDRAFT') over = later(grants).reduce((rest, { id }) => promise(id, rest), over);
    if (over > 0n) allocations.push(allocate(grantId, { lost: over }));
  }
  return pour(grants, finite, allocations);
}

/** An overdraft is filled first of all, whoever was promised. */
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

/** The last `amount` of what was used, the newest allocation first, without the last `before` of it. */
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

/** What a grant can take back: nothing once it has ended. An overdraft only what is below zero. */
function roomOf(grant: Grant): Decimal {
  if (!isLive(grant) || grant.unlimited) return 0n;
  return larger((grant.origin === 'OVERDRAFT' ? 0n : grant.granted - grant.held) - grant.remaining, 0n);
}

function later(grants: readonly Grant[]): readonly Grant[] {
  return grants
    .filter((grant) => grant.origin !== 'OVERDRAFT' && !grant.unlimited)
    .sort((a, b) => Number(b.sequence - a.sequence));
}
