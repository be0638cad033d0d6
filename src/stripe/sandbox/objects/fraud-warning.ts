/** A bank's early warning that a charge is fraud. It moves no money. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export function newFraudWarning(charge: Stripe.Charge, now: Date): Stripe.Radar.EarlyFraudWarning {
  return {
    id: newObjectId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: toUnixSeconds(now),
    fraud_type: 'unauthorized_use_of_card',
    livemode: false,
    ...(charge.payment_intent === null ? {} : { payment_intent: charge.payment_intent }),
  };
}
