/** A session of the billing portal. */
import type Stripe from 'stripe';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';
import type { PageUrl } from '../wire/page-url.ts';

export interface PortalFacts {
  readonly customer: string;
  readonly return_url?: string | undefined;
  readonly flow?: 'payment_method_update' | undefined;
  readonly urlOf: PageUrl;
  readonly now: Date;
}

export function newPortalSession({ customer, return_url, flow, urlOf, now }: PortalFacts): Stripe.BillingPortal.Session {
  const id = newObjectId('bps');
  return {
    id,
    object: 'billing_portal.session',
    configuration: 'bpc_sandbox',
    created: toUnixSeconds(now),
    customer,
    customer_account: null,
    flow:
      flow === undefined
        ? null
        : {
            after_completion: { hosted_confirmation: null, redirect: null, type: 'portal_homepage' },
            customer_update: null,
            subscription_cancel: null,
            subscription_pause: null,
            subscription_update: null,
            subscription_update_confirm: null,
            type: flow,
          },
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: return_url ?? null,
    url: urlOf('portal', id),
  };
}
