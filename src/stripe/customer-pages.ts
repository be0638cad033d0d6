/**
 * Stripe's pages for customers who buy nothing: the billing portal, on which they see and change
 * how they pay, and a checkout that only saves a payment method.
 */
import type Stripe from 'stripe';
import type { Payer } from '../purchases/model/provider.ts';
import type { MethodsProvider, SetupRequest } from '../purchases/model/provider-methods.ts';
import type { StripeConnection } from './connection.ts';
import type { StripeCustomers } from './customer.ts';
import { isMissing } from './error-kinds.ts';

export interface CustomerPagesDeps extends Pick<StripeConnection, 'stripe' | 'calls' | 'installationId'> {
  readonly customers: Pick<StripeCustomers, 'ensure' | 'replace'>;
}

export function stripeCustomerPages(deps: CustomerPagesDeps): Pick<MethodsProvider, 'openPortal' | 'openSetup'> {
  const { stripe, calls, customers, installationId } = deps;

  /** Opens a page of the payer's customer at Stripe, which is made anew where it is gone. */
  const openFor = async (payer: Payer, open: (customer: string) => Promise<{ readonly url: string | null }>) => {
    const customer = await customers.ensure(payer);
    // Without a key of its own: a page that is opened twice costs nothing.
    const session = await calls
      .write(() => open(customer))
      .catch(async (error: unknown) => {
        if (!isMissing(error, 'customer')) throw error;
        const other = await customers.replace(payer, customer);
        return calls.write(() => open(other));
      });
    if (session.url === null) throw new Error('Stripe opened a page without an address.');
    return session.url;
  };

  return {
    openPortal: ({ returnUrl, ...payer }) =>
      openFor(payer, (customer) => stripe.billingPortal.sessions.create({ customer, return_url: returnUrl })),
    openSetup: (request) =>
      openFor(request, (customer) => stripe.checkout.sessions.create(setupParams(request, customer, installationId))),
  };
}

function setupParams(
  { customerId, currency, successUrl, cancelUrl }: SetupRequest,
  customer: string,
  installationId: string,
): Stripe.Checkout.SessionCreateParams {
  const metadata = { brim_customer_id: customerId, brim_installation_id: installationId };
  return {
    mode: 'setup',
    customer,
    currency,
    success_url: successUrl,
    ...(cancelUrl === null ? {} : { cancel_url: cancelUrl }),
    metadata,
    setup_intent_data: { metadata },
  };
}
