/** Disputes and inquiries about a charge. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

export interface DisputeFacts {
  /** May be less than the charge, or more. */
  readonly amount: number;
  readonly status: Stripe.Dispute.Status;
  readonly reason: string;
}

const DAYS_TO_ANSWER = 7;
const SECONDS_A_DAY = 24 * 60 * 60;

export function newDispute(charge: Stripe.Charge, { amount, status, reason }: DisputeFacts, now: Date): Stripe.Dispute {
  return {
    id: newObjectId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: toUnixSeconds(now),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: toUnixSeconds(now) + DAYS_TO_ANSWER * SECONDS_A_DAY,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isRefundable(status),
    livemode: false,
    // As at Stripe: nothing is copied from the charge.
    metadata: {},
    network_reason_code: '10.4',
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status,
  };
}

/** An inquiry moved no money, and a dispute that was won gave it back. */
export function isRefundable(status: string): boolean {
  return status.startsWith('warning_') || status === 'won';
}

/** What of it the bank holds now. */
export function withdrawnOf({ balance_transactions: movements }: Stripe.Dispute): number {
  return -movements.reduce((sum, { amount }) => sum + amount, 0);
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
