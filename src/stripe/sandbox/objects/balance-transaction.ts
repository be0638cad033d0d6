/** What a refund or dispute moved on the account's balance. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export interface MovementFacts {
  /** Below zero: the money left the account. */
  readonly amount: number;
  readonly fee?: number;
  readonly currency: string;
  readonly description: string;
  readonly now: Date;
}

export function newMovement({ amount, fee = 0, currency, description, now }: MovementFacts): Stripe.BalanceTransaction {
  return {
    id: newObjectId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: toUnixSeconds(now),
    balance_type: 'payments',
    created: toUnixSeconds(now),
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: 'dispute',
    source: null,
    status: 'available',
    type: 'adjustment',
  };
}
