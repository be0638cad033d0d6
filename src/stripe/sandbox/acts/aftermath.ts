/** What some test cards bring about once a charge succeeded. */
import type Stripe from 'stripe';
import type { TestMethod } from '../objects/test-methods.ts';
import type { Act } from './act.ts';
import { openDispute } from './disputes.ts';
import { warnOfFraud } from './fraud-warnings.ts';

type Aftermath = NonNullable<TestMethod['aftermath']>;

export const AFTERMATHS: Readonly<Record<Aftermath, (act: Act, charge: Stripe.Charge) => Promise<unknown>>> = {
  dispute: (act, charge) => openDispute(act, charge, { reason: 'fraudulent' }),
  not_received: (act, charge) => openDispute(act, charge, { reason: 'product_not_received' }),
  inquiry: (act, charge) => openDispute(act, charge, { status: 'warning_needs_response', reason: 'general' }),
  fraud_warning: warnOfFraud,
};
