/**
 * The sandbox's part of Stripe's API: the endpoints that the adapter calls, and a few to look
 * around with. Everything else is an error.
 */
import { SandboxApiError } from '../wire/api-error.ts';
import { ACCOUNT } from './account.ts';
import { CATALOGUE } from './catalogue.ts';
import { CHARGES } from './charges.ts';
import { CHECKOUT_SESSIONS } from './checkout-sessions.ts';
import { CUSTOMERS } from './customers.ts';
import { DISPUTES } from './disputes.ts';
import type { Endpoint } from './endpoint.ts';
import { EVENTS } from './events.ts';
import { INVOICE_STEPS } from './invoice-steps.ts';
import { INVOICES } from './invoices.ts';
import { PAYMENT_INTENTS } from './payment-intents.ts';
import { PAYMENT_METHODS } from './payment-methods.ts';
import { PORTAL_SESSIONS } from './portal-sessions.ts';
import { REFUNDS } from './refunds.ts';
import { SETUP_INTENTS } from './setup-intents.ts';
import { SUBSCRIPTION_CHANGES } from './subscription-changes.ts';
import { SUBSCRIPTIONS } from './subscriptions.ts';

const ENDPOINTS: readonly Endpoint[] = [
  ...ACCOUNT,
  ...CATALOGUE,
  ...CHARGES,
  ...CHECKOUT_SESSIONS,
  ...CUSTOMERS,
  ...DISPUTES,
  ...EVENTS,
  ...INVOICE_STEPS,
  ...INVOICES,
  ...PAYMENT_INTENTS,
  ...PAYMENT_METHODS,
  ...SUBSCRIPTION_CHANGES,
  ...SUBSCRIPTIONS,
  ...PORTAL_SESSIONS,
  ...REFUNDS,
  ...SETUP_INTENTS,
];

/** @throws SandboxApiError, as Stripe answers for an unknown address. */
export function findEndpoint(method: string, path: string): { run: Endpoint['run']; id: string } {
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match !== null) return { run: endpoint.run, id: match[1] ?? '' };
  }
  throw new SandboxApiError(`Unrecognized request URL (${method}: ${path}). The sandbox does not have it; Stripe may.`, {
    status: 404,
  });
}
