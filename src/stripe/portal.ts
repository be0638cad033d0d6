/** Stripe's billing portal: the page on which customers see and change how they pay. */
import type { MethodsProvider } from '../purchases/model/provider-methods.ts';
import type { StripeConnection } from './connection.ts';
import type { StripeCustomers } from './customer.ts';
import { isMissing } from './error-kinds.ts';

export interface PortalDeps extends Pick<StripeConnection, 'stripe' | 'calls'> {
  readonly customers: Pick<StripeCustomers, 'ensure' | 'replace'>;
}

export function stripePortal({ stripe, calls, customers }: PortalDeps): Pick<MethodsProvider, 'openPortal'> {
  const open = async (customer: string, returnUrl: string) => {
    // Without a key of its own: a page that is opened twice costs nothing.
    const session = await calls.write(() => stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }));
    return session.url;
  };
  return {
    async openPortal({ returnUrl, ...payer }) {
      const customer = await customers.ensure(payer);
      try {
        return await open(customer, returnUrl);
      } catch (error) {
        if (!isMissing(error, 'customer')) throw error;
        return open(await customers.replace(payer, customer), returnUrl);
      }
    },
  };
}
