import { larger, smaller } from '../../values/decimal.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import { allocate, byGrant } from '../model/allocation.ts';
import { returnedOf } from '../model/returned.ts';
import type { Allocation, Grant } from '../model/types.ts';
import { type Book, freeze, write } from './book.ts';
import { inUseOf } from './excess.ts';
import type { Return } from './movement.ts';
import { overdraw } from './overdraft.ts';
import { pick } from './pick.ts';
import { reinstate } from './reinstate.ts';
import { type Clawback, factsOf, isAllBack, mostOf, NOTHING, ownOf, type Returning } from './returning.ts';

/**
 * CLAWBACK, REINSTATEMENT: takes back what a payment granted of a feature, or gives it again, until
 * `total` of it is back. The same total again writes nothing.
 *
 * Afterwards the customer has what it would have if the payment had granted that much less. What is
 * left of the payment's grants is taken first. What had expired or was voided makes up for the next
 * part: it is gone. What remains is in use, also of grants that have ended: others owe it, or it is
 * forgiven, as the policy says.
 */
export function clawback(book: Book, posting: Clawback): Book {
  const { featureId, paymentId } = posting;
  const entries = (book.state.payments.get(paymentId) ?? []).filter((entry) => entry.featureId === featureId);
  const { granted, total } = returnedOf(entries);
  const wanted = smaller(posting.total, mostOf(ownOf(book, posting), granted));
  if (wanted > total) return take(book, { posting, units: wanted - total, granted, total });
  return wanted < total ? reinstate(book, { posting, units: total - wanted, granted, total }) : book;
}

function take(book: Book, { posting, units, granted, total }: Returning): Book {
  const { featureId, policy } = posting;
  const { balance, grants } = poolOf(book.state, featureId);
  const own = ownOf(book, posting);
  const finite = own.filter((grant) => !grant.unlimited);
  const left = pick(finite, units);
  const inUse = finite.reduce((sum, grant) => sum + inUseOf(grant), 0n);
  const stays = larger(granted - total - units, 0n);
  const beyond = smaller(larger(inUse - stays, 0n), left.missing);
  const isOwed = policy !== 'FORGIVE';
  const others = grants.filter((grant) => !grant.unlimited && grant.origin !== 'OVERDRAFT' && !own.includes(grant));
  const paid = pick(others, isOwed ? beyond : 0n);
  const overdrawn = overdraw(balance, grants, paid.missing, book.now);

  const taken = new Map(left.portions.map(({ grantId, amount }) => [grantId, amount]));
  let [spent, gone] = [beyond, left.missing - beyond];
  const returns = finite.flatMap((grant): readonly Return[] => {
    const back = taken.get(grant.id) ?? 0n;
    const used = smaller(spent, inUseOf(grant));
    spent -= used;
    // What a correction took off would come back with the next period.
    const corrected = grant.reset && isLive(grant) ? smaller(gone, larger(grant.lowered, 0n)) : 0n;
    gone -= corrected;
    if (back + used + corrected === 0n) return [];
    const free = smaller(used, larger(grant.granted - grant.remaining - grant.lapsed - grant.held, 0n));
    const less = back + (isOwed || !isLive(grant) ? free : 0n);
    return [{ grantId: grant.id, units: back + used + corrected, takenBack: back, owed: isOwed ? used : 0n, granted: -less }];
  });
  const endless = isAllBack(total + units, granted) ? own.filter((grant) => grant.unlimited && isLive(grant)) : [];
  const after = write(book, {
    kind: 'CLAWBACK',
    featureId,
    allocations: [
      ...returns.map((each) => ownAllocation(finite, each)),
      ...endless.map(({ id }) => allocate(id, {})),
      ...byGrant([
        ...paid.portions.map(({ grantId, amount }) => allocate(grantId, { amount: -amount })),
        ...overdrawn.allocations,
      ]).values(),
    ],
    makes: overdrawn.makes,
    returns: [...returns, ...endless.map(({ id }) => ({ ...NOTHING, grantId: id, unlimited: false }))],
    facts: factsOf(posting, units, own),
  });
  return policy === 'FREEZE' ? freeze(after, featureId) : after;
}

/** What an ended grant granted does not count any more. */
function ownAllocation(own: readonly Grant[], { grantId, takenBack, granted }: Return): Allocation {
  const counts = own.some((grant) => grant.id === grantId && isLive(grant));
  return allocate(grantId, { amount: -takenBack, granted: counts ? granted : 0n });
}
