/** Payment methods. Each remembers, by its fingerprint, which test card or account it is. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import { GOOD_CARD, type TestMethod, testMethodNumbered } from './test-methods.ts';

const FINGERPRINT = 'sandbox_';
const LIFE_YEARS = 5;

/** A payment method that belongs to nobody yet. */
export function newPaymentMethod(test: TestMethod, payer: Pick<Stripe.Customer, 'name' | 'email'> | null, now: Date) {
  const method: Stripe.PaymentMethod = {
    id: newObjectId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: payer?.email ?? null, name: payer?.name ?? null, phone: null, tax_id: null },
    created: toUnixSeconds(now),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    ...typeOf(test, now),
  };
  return method;
}

/** The test card or account behind a payment method. */
export function testMethodOf({ card, us_bank_account: account }: Stripe.PaymentMethod): TestMethod {
  const fingerprint = card?.fingerprint ?? account?.fingerprint ?? '';
  return testMethodNumbered(fingerprint.slice(FINGERPRINT.length)) ?? GOOD_CARD;
}

/** The fields that say what kind of method it is. */
export function typeOf(test: TestMethod, now: Date): Pick<Stripe.PaymentMethod, 'type' | 'card' | 'us_bank_account'> {
  const fingerprint = `${FINGERPRINT}${test.number}`;
  const last4 = test.number.slice(-4);
  if (test.brand === 'bank') {
    return {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: 'individual',
        account_type: 'checking',
        bank_name: 'STRIPE TEST BANK',
        financial_connections_account: null,
        fingerprint,
        last4,
        networks: { preferred: 'ach', supported: ['ach'] },
        routing_number: '110000000',
        status_details: {},
      },
    };
  }
  return {
    type: 'card',
    card: {
      brand: test.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: test.brand,
      exp_month: 12,
      exp_year: now.getUTCFullYear() + LIFE_YEARS,
      fingerprint,
      funding: 'credit',
      generated_from: null,
      last4,
      networks: { available: [test.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  };
}
