import { type Decimal, larger } from '../../values/decimal.ts';
import { poolOf } from '../model/account-state.ts';
import type { PostingOf } from '../model/posting.ts';
import type { Grant } from '../model/types.ts';
import type { Book } from './book.ts';
import type { MovementFacts } from './movement.ts';

export type Clawback = PostingOf<'clawback'>;

/** One step of a clawback or a reinstatement. */
export interface Returning {
  readonly posting: Clawback;
  /** How many units it takes or gives, above zero. */
  readonly units: Decimal;
  /** What the payment granted in all. */
  readonly granted: Decimal;
  /** How much of it was asked back before. */
  readonly total: Decimal;
}

/** All grants of the payment, ended or not, and what was rolled over from them. */
export function ownOf(book: Book, { featureId, paymentId }: Pick<Clawback, 'featureId' | 'paymentId'>): readonly Grant[] {
  return poolOf(book.state, featureId).grants.filter((grant) => grant.paymentId === paymentId);
}

/** The smallest total above zero: it takes an unlimited grant that has nothing finite beside it. */
const SMALLEST: Decimal = 1n;

/** The most that can be asked back. */
export function mostOf(own: readonly Grant[], granted: Decimal): Decimal {
  return own.some((grant) => grant.unlimited || grant.unlimitedTaken) ? larger(granted, SMALLEST) : granted;
}

/** True where so much is back that the payment's unlimited grants go with it. */
export function isAllBack(total: Decimal, granted: Decimal): boolean {
  return total > 0n && total >= granted;
}

/** A return that changes no number. */
export const NOTHING = { units: 0n, takenBack: 0n, owed: 0n, granted: 0n } as const;

export function factsOf(
  { paymentId, refundId, disputeId, reason }: Clawback,
  requested: Decimal,
  own: readonly Grant[],
): MovementFacts {
  return { requested, paymentId, refundId, disputeId, reason, purchaseId: own[0]?.purchaseId ?? null };
}
