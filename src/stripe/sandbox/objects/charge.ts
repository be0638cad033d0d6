/** Charges: what one attempt at a payment intent came to. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import type { PageUrl } from '../wire/page-url.ts';
import type { Refusal } from './refusals.ts';

export interface ChargeFacts {
  readonly intent: Stripe.PaymentIntent;
  readonly method: Stripe.PaymentMethod;
  /** pending: a bank debit on its way. */
  readonly result: 'succeeded' | 'pending' | Refusal;
  readonly urlOf: PageUrl;
  readonly now: Date;
}

export function newCharge({ intent, method, result, urlOf, now }: ChargeFacts): Stripe.Charge {
  const id = newObjectId('ch');
  const charge: Stripe.Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'BRIM SANDBOX',
    captured: true,
    created: toUnixSeconds(now),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    // As at Stripe: copied once, when the charge is made.
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(method),
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  };
  if (result === 'succeeded') return succeededCharge(charge, urlOf);
  return result === 'pending' ? charge : failedCharge(charge, result);
}

export function succeededCharge(charge: Stripe.Charge, urlOf: PageUrl): Stripe.Charge {
  return {
    ...charge,
    amount_captured: charge.amount,
    balance_transaction: newObjectId('txn'),
    outcome: outcomeOf({ network_status: 'approved_by_network', seller_message: 'Payment complete.', type: 'authorized' }),
    paid: true,
    receipt_url: urlOf('receipts', charge.id),
    status: 'succeeded',
  };
}

const DECLINED = {
  network_status: 'declined_by_network',
  seller_message: 'The bank did not return any further details with this decline.',
  type: 'issuer_declined',
} as const;

/** Stripe did not ask the bank. */
const BLOCKED_CODE = 'fraudulent';
const BLOCKED = {
  network_status: 'not_sent_to_network',
  reason: 'highest_risk_level',
  seller_message: 'Stripe blocked this payment as too risky.',
  type: 'blocked',
} as const;

export function failedCharge(charge: Stripe.Charge, refusal: Refusal): Stripe.Charge {
  const { code, declineCode, adviceCode, message } = refusal;
  const isBlocked = declineCode === BLOCKED_CODE;
  return {
    ...charge,
    captured: false,
    failure_code: code,
    failure_message: message,
    outcome: outcomeOf({
      advice_code: adviceCode ?? null,
      ...(isBlocked ? BLOCKED : DECLINED),
      ...(isBlocked ? {} : { reason: declineCode ?? code }),
    }),
    status: 'failed',
  };
}

function outcomeOf(facts: Partial<Stripe.Charge.Outcome> & Pick<Stripe.Charge.Outcome, 'type'>): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: null,
    reason: null,
    seller_message: null,
    ...facts,
  };
}

function detailsOf({ type, card, us_bank_account: account }: Stripe.PaymentMethod): Stripe.Charge.PaymentMethodDetails {
  if (card === undefined) {
    const { account_holder_type = null, account_type = null, bank_name = null, fingerprint = null } = account ?? {};
    const { last4 = null, routing_number = null } = account ?? {};
    return {
      type,
      us_bank_account: {
        account_holder_type,
        account_type,
        bank_name,
        fingerprint,
        last4,
        payment_reference: null,
        routing_number,
      },
    };
  }
  return {
    type,
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: card.regulated_status,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}
