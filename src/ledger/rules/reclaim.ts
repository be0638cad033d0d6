import { type Decimal, larger, smaller } from '../../values/decimal.ts';
import { isLive, poolOf } from '../model/account-state.ts';
import { allocate } from '../model/allocation.ts';
import { type Book, write } from './book.ts';
import { excessOf, owedOfHeld } from './excess.ts';
import { overdraw } from './overdraft.ts';
import { payBack } from './pay-back.ts';
import { pick } from './pick.ts';

/** What a movement freed of one grant. */
export interface Freed {
  readonly grantId: string;
  /** What came back of what it held or had used, to itself or to an overdraft. */
  readonly back: Decimal;
  /** What it held and is used now. */
  readonly used: Decimal;
}

/**
 * CLAWBACK of what came back from a hold or a use to grants whose payment was returned meanwhile:
 * it would have been taken if it had been free then. What of it is owed, is owed no more.
 * @param before the book before it came back.
 */
export function reclaim(book: Book, before: Book, featureId: string, freed: readonly Freed[], at = book.now): Book {
  return freed.reduce((next, each) => reclaimOne(next, before, featureId, each, at), book);
}

function reclaimOne(book: Book, before: Book, featureId: string, { grantId, back, used }: Freed, at: Date): Book {
  const was = poolOf(before.state, featureId).grants.find((grant) => grant.id === grantId);
  const { balance, grants } = poolOf(book.state, featureId);
  const now = grants.find((grant) => grant.id === grantId);
  if (!was || !now || was.lowered >= 0n || was.paymentId === null) return book;
  const { paymentId, purchaseId } = was;
  const free = smaller(excessOf(was), back);
  const paid = smaller(owedOfHeld(was), free);
  // Others count it as used already.
  const settled = smaller(owedOfHeld(was) - paid, used);
  if (free + settled === 0n) return book;
  // What repaid an overdraft is there no more: first what was owed, then what stays the customer's.
  const repaying = larger(back - (now.remaining - was.remaining), 0n);
  const beyond = larger(repaying - paid - (back - free), 0n);
  const left = larger(free - smaller(repaying, paid) - beyond, 0n);
  // Who owed it gets what is left. What repaid more than was owed was not the customer's to repay.
  const others = left - (free - paid);
  const repaid = payBack(grants, others, grantId);
  const finite = grants.filter((grant) => grant.id !== grantId && !grant.unlimited);
  const short = pick(finite, larger(-others, 0n));
  const overdrawn = overdraw(balance, grants, short.missing, at);
  const less = free + settled;
  return write(book, {
    kind: 'CLAWBACK',
    featureId,
    allocations: [
      allocate(grantId, { amount: -left, granted: isLive(now) ? -less : 0n }),
      ...repaid.allocations,
      ...short.portions.map((part) => allocate(part.grantId, { amount: -part.amount })),
      ...overdrawn.allocations,
    ],
    makes: overdrawn.makes,
    returns: [{ grantId, units: 0n, takenBack: free, owed: -paid, granted: -less }],
    facts: { requested: 0n, paymentId, purchaseId, reason: REASON, occurredAt: at },
  });
}

const REASON = 'its payment was returned before it came back';
