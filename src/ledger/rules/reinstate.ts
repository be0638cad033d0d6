import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import { allocate, byGrant } from '../model/allocation.ts';
import type { Allocation, Grant } from '../model/types.ts';
import { type Book, write } from './book.ts';
import { excessOf, owedOfHeld } from './excess.ts';
import type { Return } from './movement.ts';
import { payBack } from './pay-back.ts';
import { factsOf, isAllBack, NOTHING, ownOf, type Returning } from './returning.ts';

/**
 * REINSTATEMENT: gives again what a clawback took, in the opposite order. First nobody owes any
 * more what was used of it, and who paid for that gets it back. Then what was forgiven counts as
 * paid, and so does what had ended. What was left of the grants when it was taken comes last: each
 * grant gets its own. One that has ended meanwhile gets nothing, because that would have ended with
 * it.
 */
export function reinstate(book: Book, { posting, units, granted, total }: Returning): Book {
  const { grants } = poolOf(book.state, posting.featureId);
  const own = ownOf(book, posting);
  const finite = own.filter((grant) => !grant.unlimited);
  let left = units;
  const upTo = (most: Decimal): Decimal => {
    const part = smaller(left, larger(most, 0n));
    left -= part;
    return part;
  };
  const share = (of: (grant: Grant) => Decimal, from = finite) => new Map(from.map((grant) => [grant.id, upTo(of(grant))]));
  const forgivenOf = (grant: Grant) => excessOf(grant) - owedOfHeld(grant);

  const owed = share((grant) => grant.owed);
  const forgiven = share(forgivenOf);
  const known = finite.reduce((sum, grant) => sum + grant.owed + forgivenOf(grant) + grant.takenBack, 0n);
  let gone = upTo(total - known);
  const back = share((grant) => grant.takenBack, [...finite.filter(isLive), ...finite.filter((grant) => !isLive(grant))]);
  const paid = payBack(
    grants,
    [...owed.values()].reduce((sum, each) => sum + each, 0n),
  );

  let unpaid = paid.missing;
  const given: Allocation[] = [];
  const returns = finite.flatMap((grant): readonly Return[] => {
    const [repaid, excused, own] = [owed, forgiven, back].map((shares) => shares.get(grant.id) ?? 0n) as [
      Decimal,
      Decimal,
      Decimal,
    ];
    const used = smaller(repaid, grant.owed - owedOfHeld(grant));
    if (!isLive(grant)) {
      if (repaid + excused + own === 0n) return [];
      given.push(allocate(grant.id, {}));
      return [{ grantId: grant.id, units: -repaid - excused, takenBack: -own, owed: -repaid, granted: used }];
    }
    const freed = smaller(unpaid, used);
    unpaid -= freed;
    const asked = repaid + excused + own;
    const corrected = grant.reset
      ? smaller(gone, larger(madeOf(book, posting.paymentId, grant) - entitledTo(grant) - asked, 0n))
      : 0n;
    gone -= corrected;
    if (asked + corrected === 0n) return [];
    given.push(allocate(grant.id, { amount: own + freed, granted: used + own }));
    return [{ grantId: grant.id, units: -asked - corrected, takenBack: -own, owed: -repaid, granted: used + own }];
  });
  const endless = isAllBack(total - units, granted) ? [] : own.filter((grant) => grant.unlimitedTaken && isLive(grant));
  return write(book, {
    kind: 'REINSTATEMENT',
    featureId: posting.featureId,
    allocations: [
      ...byGrant([...paid.allocations, ...repayingFirst(grants, paid.allocations, given)]).values(),
      ...endless.map(({ id }) => allocate(id, {})),
    ],
    returns: [...returns, ...endless.map(({ id }) => ({ ...NOTHING, grantId: id, unlimited: true }))],
    facts: factsOf(posting, units, own),
  });
}

/** What the grant is filled to when its next period begins. */
function entitledTo({ granted, lowered }: Grant): Decimal {
  return granted + lowered;
}

/** What the payment granted with this grant. */
function madeOf(book: Book, paymentId: string, { id, sequence }: Grant): Decimal {
  const made = book.state.payments.get(paymentId)?.find((entry) => entry.sequence === sequence);
  return made?.allocations.find(({ grantId }) => grantId === id)?.granted ?? 0n;
}

/** What is given to grants fills first what of an overdraft is not paid back yet. */
function repayingFirst(
  grants: readonly Grant[],
  paid: readonly Allocation[],
  given: readonly Allocation[],
): readonly Allocation[] {
  const overdraft = grants.find((grant) => grant.remaining < 0n);
  if (!overdraft) return given;
  let debt = -overdraft.remaining - (paid.find(({ grantId }) => grantId === overdraft.id)?.amount ?? 0n);
  return given.flatMap((each) => {
    const part = smaller(debt, each.amount);
    debt -= part;
    return part === 0n ? [each] : [allocate(overdraft.id, { amount: part }), { ...each, amount: each.amount - part }];
  });
}
