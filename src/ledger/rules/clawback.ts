import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import type { PostingOf } from '../model/posting.ts';
import { returnedOf } from '../model/returned.ts';
import type { Grant } from '../model/types.ts';
import { type Book, freeze, nextSequence, write } from './book.ts';
import type { Movement, MovementFacts } from './movement.ts';
import { overdraw, repay } from './overdraft.ts';
import { pick } from './pick.ts';

type Clawback = PostingOf<'clawback'>;

/**
 * CLAWBACK, REINSTATEMENT: takes back what a payment granted of a feature, or gives it again, until
 * `total` of it is back. The same total again writes nothing.
 *
 * It takes what is left of the payment's own grants first. What of them was used is then taken from
 * other grants in burn-down order, and at last as an overdraft, unless the policy forgives it. What
 * had expired or was voided is gone, and nobody owes it.
 */
export function clawback(book: Book, posting: Clawback): Book {
  const { featureId, paymentId } = posting;
  const entries = (book.state.payments.get(paymentId) ?? []).filter((entry) => entry.featureId === featureId);
  const { granted, total, taken } = returnedOf(entries);
  const wanted = smaller(posting.total, granted);
  if (wanted > total) return take(book, posting, wanted - total);
  return wanted < total ? give(book, posting, total - wanted, larger(taken - wanted, 0n)) : book;
}

function take(book: Book, posting: Clawback, requested: Decimal): Book {
  const { balance, grants } = poolOf(book.state, posting.featureId);
  const own = ownOf(grants, posting);
  const left = pick(own, requested);
  const used = own.reduce((sum, grant) => sum + grant.granted - larger(grant.remaining, 0n), 0n);
  const owed = posting.policy === 'FORGIVE' ? 0n : smaller(left.missing, larger(used, 0n));
  const afterOwn = new Map(left.portions.map(({ grantId, amount }) => [grantId, amount]));
  const others = grants.filter((grant) => !grant.unlimited && grant.origin !== 'OVERDRAFT' && !own.includes(grant));
  const rest = pick(others, owed);
  const overdrawn = overdraw(balance, grants, rest.missing, book.now);
  let lowering = requested - left.missing + owed;
  const lowered = own.map((grant) => {
    const amount = afterOwn.get(grant.id) ?? 0n;
    const less = smaller(lowering, larger(grant.granted - grant.held - (grant.remaining - amount), 0n));
    lowering -= less;
    return allocate(grant.id, { amount: -amount, granted: -less });
  });
  const taken = rest.portions.map(({ grantId, amount }) => allocate(grantId, { amount: -amount }));
  const after = write(book, {
    kind: 'CLAWBACK',
    featureId: posting.featureId,
    allocations: [
      ...lowered.filter(({ amount, granted }) => amount !== 0n || granted !== 0n),
      ...taken,
      ...overdrawn.allocations,
    ],
    makes: overdrawn.makes,
    facts: factsOf(posting, requested, own),
  });
  return posting.policy === 'FREEZE' ? freeze(after, posting.featureId) : after;
}

/**
 * Repays an overdraft first. The rest goes to the payment's own grant, or to a new one in its
 * place.
 */
function give(book: Book, posting: Clawback, requested: Decimal, amount: Decimal): Book {
  const { grants } = poolOf(book.state, posting.featureId);
  const all = grants.filter((grant) => isOwn(grant, posting));
  const own = ownOf(grants, posting);
  const repaid = repay(grants, amount);
  const [grant] = own;
  const back = { amount: amount - repaid.amount, granted: amount };
  const makes = grant || amount === 0n ? undefined : replacement(posting, all, book);
  const id = grant?.id ?? makes?.id;
  const given = id === undefined || amount === 0n ? [] : [allocate(id, back)];
  return write(book, {
    kind: 'REINSTATEMENT',
    featureId: posting.featureId,
    allocations: [...repaid.allocations, ...given],
    makes,
    facts: factsOf(posting, requested, all),
  });
}

function isOwn(grant: Grant, { paymentId }: Clawback): boolean {
  return grant.paymentId === paymentId && !grant.unlimited;
}

/** What is not over yet of the finite grants that the payment paid for. */
function ownOf(grants: readonly Grant[], posting: Clawback): readonly Grant[] {
  return grants.filter((grant) => isOwn(grant, posting) && isLive(grant));
}

/** Takes the place of grants that have ended meanwhile. */
function replacement({ paymentId }: Clawback, ended: readonly Grant[], book: Book): Movement['makes'] {
  const purchaseId = ended[0]?.purchaseId ?? null;
  const lasts = { reset: null, nextResetAt: null, rollover: null, expiresAt: null };
  const id = `${paymentId}.${nextSequence(book)}`;
  return { id, origin: 'BOUGHT', purchaseId, paymentId, unlimited: false, createdAt: book.now, ...lasts };
}

function factsOf({ paymentId, refundId, disputeId, reason }: Clawback, requested: Decimal, own: readonly Grant[]): MovementFacts {
  return { requested, paymentId, refundId, disputeId, reason, purchaseId: own[0]?.purchaseId ?? null };
}
