/** What purchases need of a payment provider to give money back, and to learn what was returned. */
import type { Money } from '../../values/money.ts';
import type { Named } from './named.ts';
import type { DisputeStatus, Payment, RefundStatus } from './payments.ts';

export interface ReturnsProvider {
  /**
   * All that the provider knows of money returned from a charge, read after the caller asked.
   * Callers that ask at once share a read.
   * @throws MissingAtProviderError where the provider does not have the charge;
   * PaymentProviderError where the answer is not known.
   */
  readReturns(charge: ReturnedCharge): Promise<ProviderReturns>;

  /**
   * Gives money back. The same request, sent again, gives it back once.
   * @throws PaymentRefusedError where the provider refuses, for example because the charge is
   * disputed; PaymentProviderError where it is not known whether it gives the money back.
   */
  refund(request: RefundRequest): Promise<ProviderRefund>;

  /**
   * Why the provider blocked the newest blocked attempt at a charge, in words; null where it
   * blocked none.
   */
  readBlocked(chargeId: string): Promise<string | null>;

  /** Of which purchase a charge is, by what the provider noted with it. */
  readChargeOwner(chargeId: string): Promise<Named>;
}

/** The charge, and what was paid by it: a dispute in another currency counts as all of it. */
export interface ReturnedCharge {
  readonly chargeId: string;
  readonly paid: Money;
}

export interface ProviderReturns {
  readonly refunds: readonly ProviderRefund[];
  readonly disputes: readonly ProviderDispute[];
  /** A bank's early warning of fraud, in words; null where there is none. */
  readonly fraudWarning: string | null;
}

export interface ProviderRefund {
  /** The provider's id. */
  readonly id: string;
  /** The refund of this Brim that it carries out; null for one that was made at the provider. */
  readonly refundId: string | null;
  readonly status: RefundStatus;
  readonly amount: Money;
  readonly reason: string | null;
  readonly failureReason: string | null;
  readonly createdAt: Date;
}

export interface ProviderDispute {
  /** The provider's id. */
  readonly id: string;
  readonly status: DisputeStatus;
  /** In the currency of the charge. */
  readonly amount: Money;
  /** What the bank holds of it now; zero where no money moved, or it came back. */
  readonly withdrawn: Money;
  readonly reason: string | null;
  readonly openedAt: Date;
}

/** One refund of one charge. Recorded before it is sent, and never changed. */
export interface RefundRequest {
  readonly refundId: string;
  readonly purchaseId: string;
  readonly chargeId: string;
  readonly amount: Money;
}

/** What an event of the provider says about money that was returned: only where to look. */
export interface ReturnHint {
  readonly chargeId: string;
}

/** What is needed of a payment to ask the provider about it; undefined where no money moved. */
export function returnedCharge({ chargeId, amount }: Pick<Payment, 'chargeId' | 'amount'>): ReturnedCharge | undefined {
  return chargeId === null ? undefined : { chargeId, paid: amount };
}
